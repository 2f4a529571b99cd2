import type { EventLog, Gap, LogRecord, Offsets } from '#ports/event-log.ts'
import { createRowChunk, type RowChunk, type RowOf } from './row-chunk.ts'

/** Rows of a range of the log, by chunks in the order of each partition. */
export async function* readRows({
  log,
  topic,
  from,
  to,
  rowOf,
  signal,
}: {
  log: EventLog
  topic: string
  from: Offsets
  /** Exclusive. */
  to: Offsets
  rowOf: RowOf
  signal: AbortSignal
}): AsyncGenerator<{ chunk: RowChunk | null; gaps: readonly Gap[] }> {
  for await (const { records, gaps } of log.read(topic, { from: [...from], to: [...to], signal })) {
    const [first] = records
    if (!first) yield { chunk: null, gaps }
    else
      yield {
        chunk: createRowChunk(records as [LogRecord, ...LogRecord[]], { from: first.offset, rowOf }),
        gaps,
      }
  }
}
