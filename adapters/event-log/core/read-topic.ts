import type { RecordBatch } from '#ports/event-log.ts'
import type { PartitionCursor } from './partition-store.ts'
import type { TopicHub } from './topic-hub.ts'
import { createWaker } from './waker.ts'

/** Batches served from memory between two turns of the event loop, so that timers, sockets and aborts get theirs. */
const BATCHES_PER_TURN = 8

export interface ReadTopicOptions {
  hub: TopicHub
  /** Partition → first offset. */
  from: ReadonlyMap<number, number>
  maxRecords: number
  /** Whether to stop; asked before every read and every batch. */
  stopped: () => boolean
}

export interface BoundedOptions extends ReadTopicOptions {
  /** Partition → end, exclusive. */
  to: ReadonlyMap<number, number>
}

export interface FollowTopicOptions extends ReadTopicOptions {
  signal: AbortSignal | undefined
}

/** Reads each partition from `from` to `to`, taking turns among partitions. */
export async function* readTopic({
  hub,
  from,
  to,
  maxRecords,
  stopped,
}: BoundedOptions): AsyncGenerator<RecordBatch> {
  const breathe = createBreather()
  let open = openCursors(hub, from).map(entry => ({ ...entry, to: to.get(entry.partition)! }))
  while (open.length > 0) {
    for (const { cursor, to } of open) {
      if (stopped()) return
      const batch = await cursor.next(to, maxRecords)
      if (stopped()) return
      if (batch.records.length > 0 || batch.gaps.length > 0) yield batch
      await breathe()
    }
    open = open.filter(({ cursor, to }) => cursor.position < to)
  }
}

/** Reads each partition from `from` on and then waits for more, until stopped. */
export async function* followTopic({
  hub,
  from,
  maxRecords,
  stopped,
  signal,
}: FollowTopicOptions): AsyncGenerator<RecordBatch> {
  const cursors = openCursors(hub, from)
  const breathe = createBreather()
  const waker = createWaker()
  hub.wakers.add(waker.wake)
  signal?.addEventListener('abort', waker.wake)
  try {
    while (!stopped()) {
      let idle = true
      for (const { cursor } of cursors) {
        const batch = await cursor.next(Number.POSITIVE_INFINITY, maxRecords)
        if (stopped()) return
        if (batch.records.length === 0 && batch.gaps.length === 0) continue
        idle = false
        yield batch
        if (stopped()) return
        await breathe()
      }
      if (idle) await waker.sleep()
    }
  } finally {
    hub.wakers.delete(waker.wake)
    signal?.removeEventListener('abort', waker.wake)
  }
}

const openCursors = (
  hub: TopicHub,
  from: ReadonlyMap<number, number>,
): { partition: number; cursor: PartitionCursor }[] =>
  [...from].map(([partition, offset]) => ({
    partition,
    cursor: hub.store.partitions[partition]!.cursor(offset),
  }))

/** A pause that gives way to the event loop once in a while and is free otherwise. */
export const createBreather = (): (() => Promise<void> | undefined) => {
  let count = 0
  return () => {
    count += 1
    if (count % BATCHES_PER_TURN !== 0) return undefined
    return new Promise<void>(resolve => {
      setImmediate(resolve)
    })
  }
}
