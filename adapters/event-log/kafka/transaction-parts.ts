import type { RecordPosition } from '#ports/event-log.ts'
import {
  BATCH_BYTES,
  createBatchBuilder,
  nextSequence,
  type OutgoingRecord,
  type ProducerIdentity,
  signBatch,
  sizeOf,
} from './batch-builder.ts'
import { positionsOf, type SharedRecords, type TopicView } from './topic-view.ts'

/** What a transaction appends to one partition. */
export interface TransactionPart {
  readonly topic: string
  readonly partition: number
  readonly records: OutgoingRecord[]
  /** Built, signed and not yet acknowledged; `next` is the sequence behind one. */
  batches: { bytes: Buffer; count: number; next: number }[]
  /** Of the records that are acknowledged. */
  readonly offsets: number[]
}

/** One part a partition, whatever number of batches goes there, and where each record has gone once all parts are through. */
export const partsOf = (
  views: readonly TopicView[],
  shared: readonly SharedRecords[],
): { parts: TransactionPart[]; positions: () => RecordPosition[][] } => {
  const parts = new Map<string, TransactionPart>()
  const places = shared.map(({ byPartition }, i) =>
    [...byPartition].map(([partition, records]) => {
      const { topic } = views[i]!
      const key = keyOf({ topic, partition })
      const part = parts.get(key) ?? { topic, partition, records: [], batches: [], offsets: [] }
      parts.set(key, part)
      const first = part.records.length
      part.records.push(...records)
      return { part, first, end: part.records.length }
    }),
  )
  return {
    parts: [...parts.values()],
    positions: () =>
      shared.map(({ chosen }, i) => {
        const offsets = places[i]!.map(
          ({ part, first, end }) => [part.partition, part.offsets.slice(first, end)] as const,
        )
        return positionsOf(chosen, new Map(offsets))
      }),
  }
}

export const keyOf = ({ topic, partition }: Pick<TransactionPart, 'topic' | 'partition'>): string =>
  `${topic}:${partition}`

export const hasMore = ({ batches }: TransactionPart): boolean => batches.length > 0

/** Encodes a part's records into as many batches as their size wants. */
export const buildBatches = async (
  part: TransactionPart,
  identity: ProducerIdentity,
  firstSequence: number,
): Promise<void> => {
  const { records } = part
  let sequence = firstSequence
  for (let at = 0; at < records.length; ) {
    const builder = createBatchBuilder()
    do builder.add(records[at++]!)
    while (at < records.length && builder.bytes + sizeOf(records[at]!) <= BATCH_BYTES)
    const bytes = await builder.build({ transactional: true })
    signBatch(bytes, identity, sequence)
    sequence = nextSequence(sequence, builder.count)
    part.batches.push({ bytes, count: builder.count, next: sequence })
  }
}
