import type { EventLog } from '#ports/event-log.ts'
import { onlyPartition } from '../only-partition.ts'

/** What records that count rows from the first of their session have in common: outcomes and drift. */
interface CountedRows {
  session: string
  from: number
  rows: readonly unknown[]
}

/** How many rows of a session were published to a topic, as far as the log from an offset on tells. */
export async function publishedSince({
  log,
  topic,
  session,
  partition,
  partitions,
  from,
  signal,
}: {
  log: EventLog
  topic: string
  session: string
  partition: number
  partitions: number
  from: number
  signal: AbortSignal
}): Promise<{ count: number | null; next: number }> {
  let count: number | null = null
  let next = from
  const decoder = new TextDecoder()
  for await (const { records } of log.read(topic, {
    from: onlyPartition(partitions, partition, from),
    partitions: [partition],
    signal,
  })) {
    for (const { value, offset } of records) {
      next = offset + 1
      const record = JSON.parse(decoder.decode(value)) as CountedRows
      if (record.session === session) count = record.from + record.rows.length
    }
  }
  return { count, next }
}
