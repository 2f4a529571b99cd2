import { installBatchPeers } from './install-batch-peers.ts'
import { installKafka, KAFKA_VERSIONS } from './install-kafka.ts'
import { installOnlinePeers } from './install-online-peers.ts'
import { installPython } from './install-python.ts'
import { installRedis } from './install-redis.ts'
import { installSpark } from './install-spark.ts'
import { installVersitygw } from './install-versitygw.ts'

// `npm run engines`: what `npm run cluster` and `npm run test:engines` start. Kafka's and Spark's jars, Python
// environments and the S3 server go to .cache/engines; Redis comes from the system's packages. What is there already is left alone.

const steps = [
  ...KAFKA_VERSIONS.map(version => ({ name: `Kafka ${version}`, install: () => installKafka(version) })),
  { name: 'Redis', install: installRedis },
  { name: 'MLflow', install: installPython },
  { name: 'Spark, delta-rs', install: async () => (await installSpark()).python },
  { name: 'CatBoost & peers', install: installBatchPeers },
  { name: 'River', install: installOnlinePeers },
  { name: 'S3 server', install: installVersitygw },
]

for (const { name, install } of steps) {
  const began = performance.now()
  try {
    const where = await install()
    const seconds = ((performance.now() - began) / 1000).toFixed(1)
    process.stdout.write(`${name.padEnd(16)} ${where} (${seconds} s)\n`)
  } catch (error) {
    // The others are installed all the same.
    process.exitCode = 1
    process.stderr.write(`${name.padEnd(16)} ${reasonOf(error)}\n`)
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error & { stderr?: string } }
  const detail = cause?.stderr?.trim().split('\n').at(-1) ?? cause?.message
  return detail ? `${message}\n${detail}` : message
}
