import type { EventLog } from '#ports/event-log.ts'

/** Desired state and sessions, as a compacted topic: the newest value of a key wins. */
export interface Control {
  get<T>(key: string): T | undefined
  entries<T>(prefix: string): [key: string, value: T][]
  /** Durable once resolved. */
  put(key: string, value: unknown): Promise<void>
}

const CONTROL_TOPIC = 'platform.control'

export async function openControl(log: EventLog): Promise<Control> {
  await log.createTopics([{ name: CONTROL_TOPIC, partitions: 1, compacted: true }])
  const values = new Map<string, unknown>()
  const decoder = new TextDecoder()
  for await (const { records } of log.read(CONTROL_TOPIC, { from: 'earliest' })) {
    for (const { key, value } of records) {
      if (!key) continue
      if (value.length === 0) values.delete(decoder.decode(key))
      else values.set(decoder.decode(key), JSON.parse(decoder.decode(value)))
    }
  }
  return {
    get: <T>(key: string) => values.get(key) as T | undefined,
    entries: <T>(prefix: string) => [...values].filter(([key]) => key.startsWith(prefix)) as [string, T][],
    async put(key, value) {
      values.set(key, value)
      await log.append(CONTROL_TOPIC, [{ key, value: JSON.stringify(value) }])
    },
  }
}
