import type { EventLog } from '#ports/event-log.ts'
import type { Topics } from '#use-cases/topics.ts'
import { onlyPartition } from '../only-partition.ts'
import { parseOutcomeRecord } from './outcome-record.ts'

/** How many outcomes of a session were published, as far as the log from an offset on tells. */
export async function outcomesSince({
  log,
  topics,
  session,
  partition,
  partitions,
  from,
  signal,
}: {
  log: EventLog
  topics: Topics
  session: string
  partition: number
  partitions: number
  from: number
  signal: AbortSignal
}): Promise<{ count: number | null; next: number }> {
  let count: number | null = null
  let next = from
  for await (const { records } of log.read(topics.outcomes, {
    from: onlyPartition(partitions, partition, from),
    partitions: [partition],
    signal,
  })) {
    for (const { value, offset } of records) {
      next = offset + 1
      const record = parseOutcomeRecord(value)
      if (record.session === session) count = record.from + record.rows.length
    }
  }
  return { count, next }
}
