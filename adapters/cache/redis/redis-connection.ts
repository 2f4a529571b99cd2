import { setTimeout as sleep } from 'node:timers/promises'
import type { PortError } from '#ports/port-error.ts'
import type { RedisClient } from './redis-client.ts'

export interface RedisConnection extends AsyncDisposable {
  readonly isUp: boolean
  /** Tries until it is up; from then on it reconnects by itself. Rejects with the reason at `deadline` or at once if trying again is no use. */
  open(options: { deadline: number }): Promise<void>
  /** Gives up the present connection, for a new one. */
  renew(): void
}

export interface RedisConnectionOptions {
  client: RedisClient
  /** How long one attempt may take. */
  attemptMs: number
  explain: (error: unknown) => PortError
  /** Asked before each attempt: another node's turn. */
  beforeAttempt?: () => void
  /** Checks the server and readies the connection; what it throws counts as a failed attempt. */
  prepare: () => Promise<void>
  onDown: (reason: PortError) => void
}

const FIRST_DELAY_MS = 50
const LONGEST_DELAY_MS = 2000
const CLOSE_MS = 500
const KEPT_FAULTS = 20

/** Keeps a client connected: one attempt at a time, with growing and jittered pauses. */
export const createRedisConnection = ({
  client,
  attemptMs,
  explain,
  beforeAttempt,
  prepare,
  onDown,
}: RedisConnectionOptions): RedisConnection => {
  const closing = new AbortController()
  let isUp = false
  let reconnecting = false
  /** What has gone wrong since the present attempt began. */
  let faults: unknown[] = []
  /** Those that the client itself reports, rather than one of several sentinels or nodes. */
  let refusals: unknown[] = []
  const note = (fault: unknown) => {
    if (faults.length < KEPT_FAULTS) faults.push(fault)
  }
  client.on('error', fault => {
    note(fault)
    if (refusals.length < KEPT_FAULTS) refusals.push(fault)
  })
  client.on('sentinelError', note)
  client.on('node error', note)
  client.on('end', () => {
    if (isUp && !closing.signal.aborted) onDown(worst(faults, explain))
    const wasUp = isUp
    isUp = false
    if (wasUp) void reconnect()
  })

  const attempt = async (): Promise<void> => {
    faults = []
    refusals = []
    beforeAttempt?.()
    try {
      await connected(client, attemptMs)
      // A database that does not exist is reported, and the connection stays with another one.
      const refusal = refusals.map(explain).find(({ code }) => code !== 'ENGINE_UNREACHABLE')
      if (refusal) throw refusal
      await prepare()
      if (client.status !== 'ready') throw new Error('Connection is closed.')
    } catch (error) {
      await disconnected(client)
      throw worst([...faults, error], explain)
    }
    faults = []
    isUp = true
  }

  const reconnect = async (): Promise<void> => {
    if (reconnecting) return
    reconnecting = true
    for (let failures = 1; !isUp && !closing.signal.aborted; failures += 1) {
      try {
        await sleep(pause(failures), undefined, { ref: false, signal: closing.signal })
        await attempt()
      } catch (error) {
        if (!closing.signal.aborted) onDown(explain(error))
      }
    }
    reconnecting = false
  }

  return {
    get isUp() {
      return isUp
    },

    async open({ deadline }) {
      for (let failures = 1; ; failures += 1) {
        try {
          return await attempt()
        } catch (error) {
          const reason = explain(error)
          const delay = pause(failures)
          if (reason.code !== 'ENGINE_UNREACHABLE' || performance.now() + delay > deadline) throw reason
          await sleep(delay)
        }
      }
    },

    renew() {
      if (isUp) client.disconnect()
    },

    async [Symbol.asyncDispose]() {
      closing.abort()
      isUp = false
      await disconnected(client)
    },
  }
}

/** Full jitter in the upper half, so that processes that lost one server do not return to it together. */
const pause = (failures: number): number =>
  Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) * (0.5 + Math.random() / 2)

/** The reason that no retry mends, if there is one; otherwise the newest that is more than the closed connection itself. */
const worst = (faults: readonly unknown[], explain: (error: unknown) => PortError): PortError => {
  const reasons = faults.map(explain)
  const telling = faults.findLastIndex(
    fault => !(fault instanceof Error && /^Connection is closed|None of startup nodes/.test(fault.message)),
  )
  return (
    reasons.find(({ code }) => code !== 'ENGINE_UNREACHABLE') ??
    reasons[telling] ??
    reasons.at(-1) ??
    explain(new Error('Connection is closed.'))
  )
}

const connected = async (client: RedisClient, withinMs: number): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const closed = () => reject(new Error('Connection is closed.'))
  const timer = setTimeout(() => reject(new Error('Command timed out')), withinMs)
  client.once('ready', resolve)
  client.once('end', closed)
  client.connect().catch(reject)
  try {
    await promise
  } finally {
    clearTimeout(timer)
    client.off('ready', resolve)
    client.off('end', closed)
  }
}

const disconnected = async (client: RedisClient): Promise<void> => {
  // Telling a closed client to disconnect would silence the errors of its next attempt.
  if (client.status === 'end' || client.status === 'wait') return
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, CLOSE_MS)
  client.once('end', resolve)
  client.disconnect()
  await promise
  clearTimeout(timer)
  client.off('end', resolve)
}
