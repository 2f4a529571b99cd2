import type { NewRecord, RecordPosition } from '#ports/event-log.ts'
import { murmur2 } from './murmur2.ts'
import type { PreparedRecord } from './partition-store.ts'
import type { TopicHub } from './topic-hub.ts'
import { checkPartitions, prepareRecord } from './validate.ts'

/**
 * Validates the whole batch, shares it among the partitions and appends to all of them at once. Everything up to the
 * stores' queues happens within the call, so calls keep their order.
 */
export const appendToPartitions = async (
  hub: TopicHub,
  records: readonly NewRecord[],
  partition: number | undefined,
  now: number,
): Promise<readonly RecordPosition[]> => {
  const { settings, partitions } = hub.store
  if (partition !== undefined) checkPartitions([partition], settings)
  if (records.length === 0) return []

  const prepared = records.map(record => prepareRecord(record, settings, now))
  const chosen = prepared.map(
    ({ key }) => partition ?? (key === null ? hub.nextPartition() : keyedPartition(key, partitions.length)),
  )
  const batches = new Map<number, PreparedRecord[]>()
  for (const [index, record] of prepared.entries()) {
    const batch = batches.get(chosen[index]!)
    if (batch) batch.push(record)
    else batches.set(chosen[index]!, [record])
  }

  const next = new Map<number, number>()
  const results = await Promise.allSettled(
    [...batches].map(async ([id, batch]) => next.set(id, await partitions[id]!.append(batch))),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
  hub.store.enforceRetention()
  return chosen.map(id => {
    const offset = next.get(id)!
    next.set(id, offset + 1)
    return { partition: id, offset }
  })
}

/** Kafka's default partitioner for records with a key (`BuiltInPartitioner.partitionForKey`). */
const keyedPartition = (key: Uint8Array, partitions: number): number =>
  (murmur2(key) & 0x7fffffff) % partitions
