import type { NewRecord } from '#ports/event-log.ts'
import type { TopicSettings } from '../core/partition-store.ts'
import { checkPartitions, prepareRecord } from '../core/validate.ts'
import { murmur2 } from '../core/murmur2.ts'
import type { OutgoingRecord } from './batch-builder.ts'

/** A topic as its writers and readers need it. */
export interface TopicView {
  readonly settings: TopicSettings
  /** As the cluster names it. */
  readonly topic: string
  /** The partition of the next record without a key. */
  nextPartition(): number
}

/** Records shared among partitions; `chosen[i]` is where record i goes. */
export interface SharedRecords {
  readonly chosen: readonly number[]
  readonly byPartition: ReadonlyMap<number, readonly OutgoingRecord[]>
}

export const createTopicView = ({
  name,
  topic,
  partitions,
  compacted,
}: {
  name: string
  topic: string
  partitions: number
  compacted: boolean
}): TopicView => {
  let turn = 0
  return {
    topic,
    // What retention is does not matter here: the brokers see to it.
    settings: { name, partitions, compacted, retentionBytes: Number.POSITIVE_INFINITY, retentionMs: null },
    nextPartition() {
      const partition = turn
      turn = (turn + 1) % partitions
      return partition
    },
  }
}

/** Checks all records and shares them among the partitions. Throws `INVALID_ARGUMENT`. */
export const shareRecords = (
  view: TopicView,
  records: readonly NewRecord[],
  partition: number | undefined,
  now: number,
): SharedRecords => {
  const { settings } = view
  if (partition !== undefined) checkPartitions([partition], settings)
  const prepared = records.map(record => prepareRecord(record, settings, now))
  const byPartition = new Map<number, OutgoingRecord[]>()
  const chosen = prepared.map(record => {
    const { key, value } = record
    const id =
      partition ?? (key === null ? view.nextPartition() : (murmur2(key) & 0x7fffffff) % settings.partitions)
    // What deletes a key is null to Kafka.
    const outgoing = settings.compacted && value.length === 0 ? { ...record, value: null } : record
    const ofPartition = byPartition.get(id)
    if (ofPartition) ofPartition.push(outgoing)
    else byPartition.set(id, [outgoing])
    return id
  })
  return { chosen, byPartition }
}

/** Gives each record the offset that its partition's list has next. */
export const positionsOf = (
  chosen: readonly number[],
  offsets: ReadonlyMap<number, readonly number[]>,
): { partition: number; offset: number }[] => {
  const taken = new Map<number, number>()
  return chosen.map(partition => {
    const index = taken.get(partition) ?? 0
    taken.set(partition, index + 1)
    return { partition, offset: offsets.get(partition)![index]! }
  })
}

/** A record that its caller's buffers no longer matter to. */
export const ownCopy = (record: NewRecord): NewRecord => {
  const { key, value } = record
  return {
    ...record,
    ...(key instanceof Uint8Array && { key: Buffer.from(key) }),
    ...(value instanceof Uint8Array && { value: Buffer.from(value) }),
  }
}
