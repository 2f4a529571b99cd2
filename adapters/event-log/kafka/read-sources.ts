import type { RecordBatch } from '#ports/event-log.ts'
import { createBreather } from '../core/read-topic.ts'
import { createWaker } from '../core/waker.ts'
import type { FetchHub } from './fetch-hub.ts'
import type { PartitionSource } from './partition-source.ts'

export interface ReadRange {
  partition: number
  /** Offset to begin at; may be beyond the end. */
  from: number
  /** What is there now. */
  start: number
  end: number
  /** Exclusive; default without end. */
  to?: number
}

export interface ReadSourcesOptions {
  hub: FetchHub
  /** As the cluster names it. */
  topic: string
  /** Found out since the call; a failure is thrown by the first read. */
  ranges: Promise<readonly ReadRange[]>
  maxRecords: number
  /** Ends it without an error. */
  signals: readonly (AbortSignal | undefined)[]
}

/** Reads partitions from their offsets on, taking turns among them, to their ends or until a signal aborts. */
export async function* readSources({
  hub,
  topic,
  ranges,
  maxRecords,
  signals,
}: ReadSourcesOptions): AsyncGenerator<RecordBatch> {
  const stopped = () => signals.some(signal => signal?.aborted)
  if (stopped()) return
  const breathe = createBreather()
  const waker = createWaker()
  const sources: PartitionSource[] = []
  for (const signal of signals) signal?.addEventListener('abort', waker.wake)
  try {
    for (const { partition, from, start, end, to } of await untilStopped(ranges, stopped)) {
      if (to !== undefined && from >= to) continue
      const source = hub.open({
        topic,
        partition,
        at: Math.min(from, end),
        from,
        ...(to !== undefined && { to }),
        onChange: waker.wake,
      })
      if (from < start) source.skipTo(start)
      sources.push(source)
    }
    while (!stopped()) {
      let idle = true
      for (const source of sources) {
        const batch = source.take(maxRecords)
        if (!batch) continue
        idle = false
        yield batch
        if (stopped()) return
        await breathe()
        if (stopped()) return
      }
      if (!idle) continue
      if (sources.every(({ isDone }) => isDone)) return
      await waker.sleep()
    }
  } finally {
    for (const signal of signals) signal?.removeEventListener('abort', waker.wake)
    for (const source of sources) source.close()
  }
}

/** What a log that is being closed could not answer any more ends a reader, but is no fault. */
const untilStopped = async (
  ranges: Promise<readonly ReadRange[]>,
  stopped: () => boolean,
): Promise<readonly ReadRange[]> => {
  try {
    return await ranges
  } catch (error) {
    if (stopped()) return []
    throw error
  }
}
