import type { LogRecord } from '#ports/event-log.ts'

/** What a session reads, in the order in which it counts: events and labels of one use case. */
export interface PackedItems {
  /** 0 = event, 1 = label. */
  kinds: Uint8Array<ArrayBuffer>
  partitions: Uint32Array<ArrayBuffer>
  offsets: Float64Array<ArrayBuffer>
  timestamps: Float64Array<ArrayBuffer>
  /** Item i is `bytes[ends[i-1] .. ends[i])`. */
  ends: Uint32Array<ArrayBuffer>
  bytes: Uint8Array<ArrayBuffer>
}

export const EVENT = 0
export const LABEL = 1

export interface Item {
  kind: typeof EVENT | typeof LABEL
  record: LogRecord
}

/** Copies records into a few flat buffers, which cross to the worker by transfer instead of a clone each. */
export function packItems(items: readonly Item[]): PackedItems {
  const count = items.length
  let total = 0
  for (const { record } of items) total += record.value.length
  const packed: PackedItems = {
    kinds: new Uint8Array(count),
    partitions: new Uint32Array(count),
    offsets: new Float64Array(count),
    timestamps: new Float64Array(count),
    ends: new Uint32Array(count),
    bytes: new Uint8Array(total),
  }
  let at = 0
  for (let i = 0; i < count; i++) {
    const { kind, record } = items[i] as Item
    packed.kinds[i] = kind
    packed.partitions[i] = record.partition
    packed.offsets[i] = record.offset
    packed.timestamps[i] = record.timestamp
    packed.bytes.set(record.value, at)
    at += record.value.length
    packed.ends[i] = at
  }
  return packed
}

export function transferables({
  kinds,
  partitions,
  offsets,
  timestamps,
  ends,
  bytes,
}: PackedItems): ArrayBuffer[] {
  return [kinds, partitions, offsets, timestamps, ends, bytes].map(array => array.buffer)
}
