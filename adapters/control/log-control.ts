import type { Control } from '#ports/control.ts'
import type { EventLog, LogRecord } from '#ports/event-log.ts'

const CONTROL_TOPIC = 'platform.control'

interface Entry {
  value: unknown
  /** Offset that the value was written at; a deleted key keeps its entry, so that an older write cannot come back. */
  offset: number
}

interface Listener {
  prefix: string
  call: (key: string, value: unknown) => void
}

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
    const text = decoder.decode(value)
    store(decoder.decode(key), text === '' ? undefined : JSON.parse(text), offset)
  }

  function store(key: string, value: unknown, offset: number): void {
    const known = entries.get(key)
    // What was written here is known before it is read back.
    if (known && known.offset >= offset) return
    entries.set(key, { value, offset })
    for (const { prefix, call } of listeners) if (key.startsWith(prefix)) call(key, value)
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
  const followed = follow().catch(error => {
    // A log that is closing ends its readers; whatever else went wrong must not pass unseen.
    if (!signal.aborted && (error as { code?: string }).code !== 'LOG_CLOSED') throw error
  })

  async function follow(): Promise<void> {
    for await (const { records } of log.follow(CONTROL_TOPIC, { from: [next], signal })) {
      for (const record of records) apply(record)
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
      const listener: Listener = { prefix, call: call as Listener['call'] }
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
