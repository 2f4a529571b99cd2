import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { onlyPartition } from '../only-partition.ts'
import { parseOutcomeRecord } from '../session/outcome-record.ts'
import type { SessionRecord } from '../session/session-record.ts'

/** Offsets of `<topic>.outcomes` looked at; a record holds the labels of a whole step. */
const RECORDS = 500
const MOST = 1000

/** The latest losses of a session, oldest first, at most 1000, as its outcomes tell; fewer where the log keeps fewer. */
export async function recentLosses(
  log: EventLog,
  useCase: UseCase,
  record: SessionRecord,
): Promise<number[]> {
  const topic = topicsOf(useCase).outcomes
  const { orderPartition: partition, outcomeStart = 0, id } = record
  const [info] = await log.topics([topic])
  const place = info?.partitions.find(each => each.partition === partition)
  if (!info || !place) return []
  const from = Math.max(place.start, outcomeStart, place.end - RECORDS)
  const losses: number[] = []
  const options = { from: onlyPartition(info.partitions.length, partition, from), partitions: [partition] }
  for await (const { records } of log.read(topic, options)) {
    for (const { value } of records) {
      const { v, session, rows } = parseOutcomeRecord(value)
      if (v !== 1 || session !== id) continue
      for (const [, , loss] of rows) if (loss !== null) losses.push(loss)
    }
  }
  return losses.slice(-MOST)
}
