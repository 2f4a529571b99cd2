import type { Control } from '#ports/control.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventLog, LogRecord } from '#ports/event-log.ts'
import { isolated } from '../isolated.ts'

const CONTROL_TOPIC = 'platform.control'

interface Entry {
  value: unknown
  /** Offset that the value was written at; a deleted key keeps its entry, so that an older write cannot come back. */
  offset: number
}

interface Listener {
  prefix: string
  call: (change: { key: string; value: unknown }) => void
}

const FIRST_RETRY_MS = 200
const LONGEST_RETRY_MS = 5000

/** Control as a compacted topic of the event log, followed for as long as it is open. */
export async function openControl(log: EventLog): Promise<Control> {
  await log.createTopics([{ name: CONTROL_TOPIC, partitions: 1, compacted: true }])
  const entries = new Map<string, Entry>()
  const listeners = new Set<Listener>()
  const following = new AbortController()
  const decoder = new TextDecoder()
  let next = 0

  function apply({ key, value, offset }: Pick<LogRecord, 'key' | 'value' | 'offset'>): void {
    next = Math.max(next, offset + 1)
    if (!key) return
    const name = decoder.decode(key)
    try {
      const text = decoder.decode(value)
      store(name, text === '' ? undefined : JSON.parse(text), offset)
    } catch {
      // Whatever wrote it, it would keep every process from starting.
      process.emitWarning(`${CONTROL_TOPIC} holds a value of ${name} that is not JSON; it does not count.`)
    }
  }

  function store(key: string, value: unknown, offset: number): void {
    const known = entries.get(key)
    // What was written here is known before it is read back.
    if (known && known.offset >= offset) return
    entries.set(key, { value, offset })
    for (const { prefix, call } of listeners) if (key.startsWith(prefix)) call({ key, value })
  }

  async function settle(): Promise<void> {
    for await (const { records } of log.read(CONTROL_TOPIC, { from: [next] })) {
      for (const record of records) apply(record)
    }
  }

  async function write(key: string, value: unknown): Promise<void> {
    const text = value === undefined ? '' : JSON.stringify(value)
    const [position] = await log.append(CONTROL_TOPIC, [{ key, value: text }])
    if (position) store(key, value, position.offset)
  }

  await settle()
  const { signal } = following
  const followed = follow()

  /** Ends when it is closed, or the log is; anything else may pass, and must neither pass unseen nor end the process. */
  async function follow(): Promise<void> {
    for (let delay = FIRST_RETRY_MS; !signal.aborted; delay = Math.min(delay * 2, LONGEST_RETRY_MS)) {
      try {
        for await (const { records } of log.follow(CONTROL_TOPIC, { from: [next], signal })) {
          for (const record of records) apply(record)
          delay = FIRST_RETRY_MS
        }
        return
      } catch (error) {
        const { code, message } = error as Error & { code?: string }
        if (signal.aborted || code === 'LOG_CLOSED') return
        process.emitWarning(`${CONTROL_TOPIC} cannot be followed: ${message}`)
      }
      await sleep(delay, undefined, { signal }).catch(() => {})
    }
  }

  return {
    get: <T>(key: string) => entries.get(key)?.value as T | undefined,
    entries: <T>(prefix: string) =>
      [...entries]
        .filter(([key, { value }]) => value !== undefined && key.startsWith(prefix))
        .map(([key, { value }]) => [key, value] as [string, T]),
    put: (key, value) => write(key, value),
    delete: key => write(key, undefined),
    onChange<T>(prefix: string, call: (key: string, value: T | undefined) => void): Disposable {
      // What one listener makes of a value must not keep others, or later values, from being heard.
      const listener: Listener = {
        prefix,
        call: isolated(({ key, value }) => call(key, value as T | undefined)),
      }
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    settle,
    async [Symbol.asyncDispose]() {
      following.abort()
      listeners.clear()
      await followed
    },
  }
}
