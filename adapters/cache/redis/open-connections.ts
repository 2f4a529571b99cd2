import { Cluster, type Redis } from 'ioredis'
import type { PortError } from '#ports/port-error.ts'
import { isolated } from '../../isolated.ts'
import { checkServer } from './check-server.ts'
import type { KeyNames } from './key-names.ts'
import { memoryPolicyNotice } from './memory-policy.ts'
import { createOutageWatch } from './outage-watch.ts'
import { probeAccess } from './probe-access.ts'
import { createRedisClient, createServerClient, type RedisClient } from './redis-client.ts'
import { createRedisConnection } from './redis-connection.ts'
import { redisError } from './redis-error.ts'
import type { RedisNotice, RedisOptions } from './redis-options.ts'
import { redisTarget } from './redis-target.ts'

export interface RedisConnections extends AsyncDisposable {
  readonly client: RedisClient
  /** For `createRedisChannels`. */
  readonly listening: {
    client: Redis
    isUp(): boolean
    isOutage(error: unknown): boolean
    onBroken(): void
    onResubscribe(resubscribe: () => Promise<void>): void
  }
  /** Throws the reason while the connection for commands is away. */
  requireUp(): void
  /** The port's error for what a command rejected with; an outage is taken note of. */
  failed(error: unknown): PortError
}

const OPEN_TIMEOUT_MS = 30_000
const COMMAND_TIMEOUT_MS = 1500
/** How often both connections are asked: a dead peer says nothing by itself. */
const HEARTBEAT_MS = 1000
const SETTLE_MS = 500

/** Connects for commands and for subscriptions, and keeps both connected. */
export const openRedisConnections = async (
  {
    openTimeoutMs = OPEN_TIMEOUT_MS,
    commandTimeoutMs = COMMAND_TIMEOUT_MS,
    onNotice = () => {},
    ...options
  }: RedisOptions,
  names: KeyNames,
): Promise<RedisConnections> => {
  const target = redisTarget(options)
  const { label } = target
  const explain = (error: unknown) => redisError(error, target)
  const closing = new AbortController()
  const tell = isolated((notice: Parameters<RedisNotice>) => onNotice(...notice))
  const watch = createOutageWatch({
    label,
    settleMs: SETTLE_MS,
    onNotice(...notice) {
      // What fails because of our own disposal is no outage.
      if (!closing.signal.aborted) tell(notice)
    },
  })
  const client = createRedisClient(target, commandTimeoutMs)
  const listener = createServerClient(target, commandTimeoutMs)
  let resubscribe = async () => {}
  const shared = {
    // Each sentinel may cost a connection and a command before the server's own begin.
    attemptMs: commandTimeoutMs * (2 + 2 * target.addresses.length),
    explain,
    onDown: (reason: PortError) => watch.failed(reason),
  }
  const commands = createRedisConnection({
    ...shared,
    client,
    async prepare() {
      await checkServer(client, target)
      await probeAccess(client, names)
    },
  })
  const listening = createRedisConnection({
    ...shared,
    client: listener,
    beforeAttempt: () => takeTurns(listener, client),
    async prepare() {
      await listener.subscribe(names.probe)
      await listener.unsubscribe(names.probe)
      await resubscribe()
    },
  })

  await using opening = new AsyncDisposableStack()
  opening.use(commands)
  opening.use(listening)
  const deadline = performance.now() + openTimeoutMs
  await commands.open({ deadline })
  await listening.open({ deadline })
  const advice = await memoryPolicyNotice(client, target)
  if (advice) tell(['warn', advice])

  let asking = false
  const ask = async () => {
    if (asking || !commands.isUp || !listening.isUp) return
    asking = true
    try {
      await Promise.all([listener.ping(), pingAll(client)])
      if (commands.isUp && listening.isUp) watch.recovered()
    } catch (error) {
      watch.failed(explain(error))
    }
    asking = false
  }
  const heartbeat = setInterval(ask, HEARTBEAT_MS)
  heartbeat.unref()
  opening.defer(() => {
    clearInterval(heartbeat)
    closing.abort()
  })

  const owned = opening.move()
  return {
    client,
    listening: {
      client: listener,
      isUp: () => listening.isUp,
      isOutage: error => explain(error).code === 'ENGINE_UNREACHABLE',
      onBroken: () => listening.renew(),
      onResubscribe: again => {
        resubscribe = again
      },
    },
    requireUp() {
      if (!commands.isUp) throw watch.reason ?? explain(new Error('Connection is closed.'))
    },
    failed(error) {
      const reason = explain(error)
      if (reason.code === 'ENGINE_UNREACHABLE' && !/\bOOM\b/.test(reason.message)) watch.failed(reason)
      return reason
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** In a cluster any node carries every message; the next one is tried whenever a connection was lost. */
const takeTurns = (listener: Redis, client: RedisClient): void => {
  if (!(client instanceof Cluster)) return
  const nodes = client.nodes('master')
  const turn = nodes.findIndex(
    ({ options }) => options.port === listener.options.port && options.host === listener.options.host,
  )
  const next = nodes[(turn + 1) % nodes.length]
  if (next) Object.assign(listener.options, { host: next.options.host, port: next.options.port })
}

const pingAll = (client: RedisClient): Promise<unknown> =>
  client instanceof Cluster ? Promise.all(client.nodes('master').map(node => node.ping())) : client.ping()
