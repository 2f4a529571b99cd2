import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type KafkaBroker, startKafkaBroker } from '#engines/kafka-broker.ts'
import { type MlflowServer, startMlflowServer } from '#engines/mlflow-server.ts'
import { type RedisServer, startRedisServer } from '#engines/redis-server.ts'
import { type S3Server, startS3Server } from '#engines/s3-server.ts'
import { LAKE_BUCKET, lakeEnvironment } from './lake-environment.ts'
import { startTogether } from './start-together.ts'

export interface Engines extends AsyncDisposable {
  kafka: KafkaBroker
  redis: RedisServer
  mlflow: MlflowServer
  s3: S3Server
  /** How roles find them. */
  env: Readonly<Record<string, string>>
}

/** Starts a broker, Redis, MLflow and an S3 server on 127.0.0.1, in folders of `directory` or, if that is null, in temporary ones. */
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
  const [kafka, redis, mlflow, s3] = await startTogether(opened, [
    startKafkaBroker({ ...folder('kafka'), ...(kafkaVersion && { version: kafkaVersion }) }),
    // What it forgets costs time only, so it keeps nothing.
    startRedisServer({ password: randomBytes(24).toString('base64url') }),
    startMlflowServer(folder('mlflow')),
    startS3Server({
      ...folder('s3'),
      buckets: [LAKE_BUCKET],
      accessKeyId: 'cluster',
      secretAccessKey: randomBytes(24).toString('base64url'),
    }),
  ])
  const owned = opened.move()
  return {
    kafka,
    redis,
    mlflow,
    s3,
    env: {
      KAFKA_BROKERS: kafka.brokers.join(','),
      REDIS_URL: redis.url,
      MLFLOW_TRACKING_URI: mlflow.url,
      ...lakeEnvironment(s3),
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
