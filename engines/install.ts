import { installKafka, KAFKA_VERSIONS } from './install-kafka.ts'
import { installPython } from './install-python.ts'
import { installRedis } from './install-redis.ts'

// `npm run engines`: what `npm run cluster` and `npm run test:engines` start. Kafka's jars and MLflow's Python go to
// .cache/engines; Redis comes from the system's packages. What is there already is left alone.

const steps = [
  ...KAFKA_VERSIONS.map(version => ({ name: `Kafka ${version}`, install: () => installKafka(version) })),
  { name: 'Redis', install: installRedis },
  { name: 'MLflow', install: installPython },
]

for (const { name, install } of steps) {
  const began = performance.now()
  try {
    const where = await install()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    process.stdout.write(`${name.padEnd(14)} ${where} (${seconds} s)\n`)
  } catch (error) {
    // The others are installed all the same.
    process.exitCode = 1
    process.stderr.write(`${name.padEnd(14)} ${reasonOf(error)}\n`)
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error & { stderr?: string } }
  const detail = cause?.stderr?.trim().split('\n').at(-1) ?? cause?.message
  return detail ? `${message}\n${detail}` : message
}
