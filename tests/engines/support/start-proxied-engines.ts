import { randomBytes } from 'node:crypto'
import { LAKE_BUCKET, lakeEnvironment } from '#cluster/lake-environment.ts'
import type { Engines } from '#cluster/start-engines.ts'
import { freePort } from '#engines/free-port.ts'
import { startKafkaBroker } from '#engines/kafka-broker.ts'
import { startMlflowServer } from '#engines/mlflow-server.ts'
import { startRedisServer } from '#engines/redis-server.ts'
import { startS3Server } from '#engines/s3-server.ts'
import { startTcpProxy, type TcpProxy } from '#engines/tcp-proxy.ts'

export interface ProxiedEngines extends Engines {
  /** Between the roles and each engine. */
  proxies: { kafka: TcpProxy; redis: TcpProxy; mlflow: TcpProxy; s3: TcpProxy }
}

/** Engines that everybody reaches through a proxy, the broker too: it tells clients the address of its proxy. */
export async function startProxiedEngines(): Promise<ProxiedEngines> {
  await using opened = new AsyncDisposableStack()
  const host = '127.0.0.1'
  const port = await freePort()
  const toKafka = opened.use(await startTcpProxy({ target: { host, port } }))
  const [internal, controller] = [await freePort(), await freePort()]
  const kafka = opened.use(
    await startKafkaBroker({
      port,
      properties: {
        listeners: `CLIENT://${host}:${port},INTERNAL://${host}:${internal},CONTROLLER://${host}:${controller}`,
        'advertised.listeners': `CLIENT://${host}:${toKafka.port},INTERNAL://${host}:${internal}`,
        'controller.quorum.voters': `1@${host}:${controller}`,
      },
    }),
  )
  const password = randomBytes(24).toString('base64url')
  const redis = opened.use(await startRedisServer({ password }))
  const toRedis = opened.use(await startTcpProxy({ target: { host, port: redis.port } }))
  const mlflow = opened.use(await startMlflowServer())
  const toMlflow = opened.use(await startTcpProxy({ target: { host, port: mlflow.port } }))
  const s3 = opened.use(await startS3Server({ buckets: [LAKE_BUCKET] }))
  const toS3 = opened.use(await startTcpProxy({ target: { host, port: s3.port } }))
  const owned = opened.move()
  return {
    kafka,
    redis,
    mlflow,
    s3,
    proxies: { kafka: toKafka, redis: toRedis, mlflow: toMlflow, s3: toS3 },
    env: {
      KAFKA_BROKERS: `${host}:${toKafka.port}`,
      REDIS_URL: `redis://:${password}@${host}:${toRedis.port}`,
      MLFLOW_TRACKING_URI: `http://${host}:${toMlflow.port}`,
      ...lakeEnvironment(s3, { endpoint: `http://${host}:${toS3.port}` }),
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
