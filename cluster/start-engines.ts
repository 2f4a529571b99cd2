import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type KafkaBroker, startKafkaBroker } from '#engines/kafka-broker.ts'
import { type MlflowServer, startMlflowServer } from '#engines/mlflow-server.ts'
import { type RedisServer, startRedisServer } from '#engines/redis-server.ts'
import { startTogether } from './start-together.ts'

export interface Engines extends AsyncDisposable {
  kafka: KafkaBroker
  redis: RedisServer
  mlflow: MlflowServer
  /** How roles find them. */
  env: Readonly<Record<string, string>>
}

/** Starts a broker, Redis and MLflow on 127.0.0.1, in folders of `directory` or, if that is null, in temporary ones. */
export async function startEngines({
  directory,
  kafkaVersion,
}: {
  directory: string | null
  kafkaVersion?: KafkaBroker['version'] | undefined
}): Promise<Engines> {
  await using opened = new AsyncDisposableStack()
  if (directory !== null) await mkdir(directory, { recursive: true })
  const folder = (name: string) => (directory === null ? {} : { directory: join(directory, name) })
  const [kafka, redis, mlflow] = await startTogether(opened, [
    startKafkaBroker({ ...folder('kafka'), ...(kafkaVersion && { version: kafkaVersion }) }),
    // What it forgets costs time only, so it keeps nothing.
    startRedisServer({ password: randomBytes(24).toString('base64url') }),
    startMlflowServer(folder('mlflow')),
  ])
  const owned = opened.move()
  return {
    kafka,
    redis,
    mlflow,
    env: {
      KAFKA_BROKERS: kafka.brokers.join(','),
      REDIS_URL: redis.url,
      MLFLOW_TRACKING_URI: mlflow.url,
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
