import type { EventLog, Gap, LogRecord } from '#ports/event-log.ts'
import type { Commit } from '#ports/lake.ts'
import { quarantineText } from '../tables/quarantine-rows.ts'
import type { LakeTableSpec } from '../tables/lake-tables.ts'
import type { BatchCommits } from './batch-commits.ts'
import type { ByteBudget } from './byte-budget.ts'
import type { FlushRequests } from './flush-requests.ts'
import { gapRecord } from './gap-record.ts'
import type { OffsetRanges } from './offset-ranges.ts'
import type { Resumption } from './resume-positions.ts'
import { createRowBatch, type RowBatch } from './row-batch.ts'
import type { RowDoubts } from './row-doubts.ts'
import type { SinkLimits } from './sink-limits.ts'

export interface IngestOptions {
  log: EventLog
  source: Pick<LakeTableSpec, 'topic' | 'read'>
  resumption: Resumption
  /** What the quarantine holds of the topic behind the positions. */
  kept: readonly OffsetRanges[]
  commits: BatchCommits
  limits: SinkLimits
  budget: ByteBudget
  doubts: RowDoubts
  flushes: FlushRequests
  /** Ends reading; what was read is still written. */
  stop: AbortSignal
  /** Ends everything. */
  abort: AbortSignal
  onGap: (gap: Gap) => void
  onCommitted: (commit: Commit, batch: RowBatch) => void
  /** The lake refused the rows of a batch. */
  onFailed: (error: unknown, batch: RowBatch) => void
}

/** Records of the log handed over at a time: a few milliseconds of work, so that others of this thread get their turn. */
const RECORDS_AT_A_TIME = 500
/** Bytes that a batch may have beyond what it has accounted for. */
const CHARGED_AT_ONCE = 256 * 1024
/** Records that are no rows only move a position; a version for that can wait. */
const POSITION_SECONDS = 30

/**
 * Follows a topic from where its table stands, and writes its records in batches, one while the next is read, until it is told to
 * stop or something fails: then it rejects, and everything that was not written yet is read again by whoever comes next.
 */
export async function ingestTopic({
  log,
  source: { topic, read },
  resumption: { positions, present },
  kept,
  commits,
  limits,
  budget,
  doubts,
  flushes,
  stop,
  abort,
  onGap,
  onCommitted,
  onFailed,
}: IngestOptions): Promise<void> {
  const failed = new AbortController()
  const signal = AbortSignal.any([stop, abort, failed.signal])
  const position = [...positions]
  const durable = [...positions]
  let failure: unknown
  let batch = createRowBatch()
  let charged = 0
  let writing: Promise<void> | null = null
  let isOverdue = false
  let timer: NodeJS.Timeout | undefined
  let dueIn = Number.POSITIVE_INFINITY

  /** Writes what there is, now or after the batch that is being written. */
  function cut(): void {
    if (failed.signal.aborted) return
    if (writing) {
      isOverdue = true
      return
    }
    disarm()
    if (batch.isEmpty) return
    const [full, bytes] = [batch, charged]
    batch = createRowBatch()
    charged = 0
    writing = write(full)
      .catch(error => {
        failure ??= error
        failed.abort()
      })
      .finally(() => {
        budget.give(bytes)
        writing = null
        if (isOverdue) cut()
      })
  }

  async function write(full: RowBatch): Promise<void> {
    try {
      const commit = await commits.commit(full)
      for (const [partition, offset] of full.last) durable[partition] = offset
      onCommitted(commit, full)
      flushes.settle(durable)
    } catch (error) {
      onFailed(error, full)
      throw error
    }
  }

  function arm(seconds: number): void {
    if (seconds >= dueIn) return
    clearTimeout(timer)
    dueIn = seconds
    timer = setTimeout(cut, seconds * 1000)
    timer.unref()
  }

  function disarm(): void {
    clearTimeout(timer)
    dueIn = Number.POSITIVE_INFINITY
    isOverdue = false
  }

  function add(record: LogRecord): void {
    const { partition, offset } = record
    position[partition] = offset
    const reading = present?.[partition]?.has(offset)
      ? null
      : (doubts.refusalOf(partition, offset) ?? read(record))
    if (reading?.ok) batch.addRows(record, reading.text, reading.rows)
    // What it holds, not how far it reaches: a row that only the lake refuses is quarantined after later ones.
    else if (reading && !kept[partition]?.has(offset))
      batch.addQuarantined(partition, offset, quarantineText(record, reading))
    else {
      batch.skip(partition, offset)
      arm(POSITION_SECONDS)
      return
    }
    arm(limits.seconds)
  }

  function addGap(gap: Gap): void {
    const { partition, from, to } = gap
    onGap(gap)
    position[partition] = to - 1
    if (kept[partition]?.has(to - 1)) batch.skip(partition, to - 1)
    else batch.addQuarantined(partition, to - 1, gapRecord(topic, { partition, from, to }))
    arm(limits.seconds)
  }

  const isFull = () =>
    batch.bytes >= limits.bytes ||
    batch.rowCount >= limits.rows ||
    batch.quarantined >= limits.rows ||
    batch.recordCount >= doubts.mostRecords

  /** Waits while all tables together hold as much as they may. */
  async function charge(): Promise<void> {
    for (;;) {
      const more = batch.bytes - charged
      if (signal.aborted || budget.take(more)) {
        if (!signal.aborted) charged += more
        return
      }
      // What is here goes out rather than wait for what others hold.
      if (!writing) return cut()
      await budget.change(signal)
    }
  }

  flushes.onAdded(() => {
    if (flushes.areRead(position)) cut()
    // It may all be there already.
    flushes.settle(durable)
  })
  try {
    const records = log.follow(topic, {
      from: positions.map(offset => offset + 1),
      signal,
      maxRecords: RECORDS_AT_A_TIME,
    })
    for await (const { records: some, gaps } of records) {
      for (const gap of gaps) addGap(gap)
      for (const record of some) {
        add(record)
        if (batch.bytes - charged >= CHARGED_AT_ONCE) await charge()
        if (!isFull()) continue
        while (writing) await writing
        if (signal.aborted) break
        cut()
      }
      if (signal.aborted) break
      if (flushes.areRead(position)) cut()
    }
    if (!failed.signal.aborted && !abort.aborted) {
      while (writing) await writing
      cut()
      while (writing) await writing
    }
    if (failure) throw failure
    // A log that was closed ends its readers.
    if (!stop.aborted && !abort.aborted) throw new Error(`The reader of ${topic} ended by itself.`)
  } finally {
    failed.abort()
    disarm()
    while (writing) await writing
    budget.give(charged)
  }
}
