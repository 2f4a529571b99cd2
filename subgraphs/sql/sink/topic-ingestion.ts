import type { EventLog } from '#ports/event-log.ts'
import type { Commit } from '#ports/lake.ts'
import type { LakeTableSpec } from '../tables/lake-tables.ts'
import { createBackOff } from './back-off.ts'
import { createBatchCommits, type Targets } from './batch-commits.ts'
import type { ByteBudget } from './byte-budget.ts'
import { createFlushRequests } from './flush-requests.ts'
import { ingestTopic } from './ingest-topic.ts'
import { offsetsBehind } from './foreign-rows.ts'
import { resumePositions } from './resume-positions.ts'
import type { RowBatch } from './row-batch.ts'
import { createRowDoubts } from './row-doubts.ts'
import type { SinkLimits } from './sink-limits.ts'
import type { SinkProblem, TableStatus } from './sink-status.ts'
import type { Slots } from './slots.ts'
import { groupOf, positionId } from './transaction-ids.ts'

export type Notice = (level: 'info' | 'warn' | 'error', message: string) => void

export interface IngestionContext {
  log: EventLog
  limits: SinkLimits
  budget: ByteBudget
  /** Commits at a time, over all tables. */
  slots: Slots
  notice: Notice
  /** After each commit, with what it took from the append of its oldest record to now, in seconds. */
  onCommit: (table: string, commit: Commit, batch: RowBatch, lagSeconds: number) => void
}

/** One topic on its way into one table, through every failure. */
export interface TopicIngestion {
  /** Goes on until `stop` or `abort`; never rejects. */
  readonly done: Promise<void>
  /** Last durable offset by partition; null before it is known. */
  positions(): readonly number[] | null
  /** Resolves once what the log holds now is durable, or it has ended. */
  flush(): Promise<void>
  /** Reads no more, writes what was read. */
  stop(): void
  /** At once: what was read is left to somebody else. */
  abort(): void
}

/** Gaps that a status lists. */
const MOST_GAPS = 20
/** Not worth a warning: somebody else wrote, and all that is to do is to look where the table stands now. */
const EXPECTED = new Set(['LAKE_TRANSACTION_CONFLICT', 'FOREIGN_ROWS'])

/** @param status what is told of the table, kept up to date in place */
export function startTopicIngestion({
  source,
  openTargets,
  status,
  context: { log, limits, budget, slots, notice, onCommit },
}: {
  source: LakeTableSpec
  openTargets: () => Promise<Targets>
  status: { -readonly [Name in keyof TableStatus]: TableStatus[Name] }
  context: IngestionContext
}): TopicIngestion {
  const { topic } = source
  const stopping = new AbortController()
  const aborting = new AbortController()
  const ended = AbortSignal.any([stopping.signal, aborting.signal])
  const backOff = createBackOff()
  const doubts = createRowDoubts()
  const flushes = createFlushRequests()
  const resumed = Promise.withResolvers<void>()
  let durable: number[] | null = null
  let isWriteProblem = false

  async function once(): Promise<void> {
    const targets = await openTargets()
    const resumption = await resumePositions({ log, table: targets.rows, topic })
    const { positions } = resumption
    const quarantine = await targets.quarantine.snapshot()
    const quarantined = positions.map((_, p) => quarantine.transactions.get(positionId(topic, p)) ?? null)
    // Of rows that were refused and are read again, and of another engine, which states no positions.
    const kept = await offsetsBehind(targets.quarantine, quarantine, positions, topic)
    if (ended.aborted) return
    status.version = resumption.version
    status.state = 'RUNNING'
    // What failed in writing is over when something was written.
    if (!isWriteProblem) solved()
    durable = [...resumption.positions]
    resumed.resolve()
    const commits = createBatchCommits({ topic, targets, resumption, quarantined })
    await ingestTopic({
      log,
      source,
      resumption,
      kept,
      commits: { commit: batch => slots(() => commits.commit(batch)) },
      limits,
      budget,
      doubts,
      flushes,
      stop: stopping.signal,
      abort: aborting.signal,
      onGap({ partition, from, to }) {
        status.gaps = [...status.gaps, { partition, from, to, noticedAt: Date.now() }].slice(-MOST_GAPS)
        notice(
          'warn',
          `Table ${source.topic} will not have offsets ${from} to ${to - 1} of partition ${partition}: the log's retention took them.`,
        )
      },
      onCommitted,
      onFailed(error, batch) {
        isWriteProblem = true
        const { code, details } = error as { code?: string; details?: { row?: unknown } }
        if (code !== 'LAKE_SCHEMA_MISMATCH') return
        // It is looked for at once: each attempt is one nearer.
        backOff.reset()
        doubts.refused(batch, error as Error, typeof details?.row === 'number' ? details.row : null)
      },
    })
  }

  function solved(): void {
    if (status.problem && !EXPECTED.has(status.problem.code))
      notice('info', `Table ${topic} is written again after ${since(status.problem)} s.`)
    status.problem = null
    isWriteProblem = false
    backOff.reset()
  }

  function onCommitted(commit: Commit, batch: RowBatch): void {
    doubts.written()
    for (const [partition, offset] of batch.last) if (durable) durable[partition] = offset
    const at = Date.now()
    const lagSeconds = batch.oldest === null ? 0 : Math.max(0, at - batch.oldest) / 1000
    status.version = commit.version
    status.rows += batch.rowCount
    status.quarantined += batch.quarantined
    status.lastCommit = { at, version: commit.version, rows: batch.rowCount, lagSeconds }
    solved()
    onCommit(topic, commit, batch, lagSeconds)
    // Only lag looks at it, and the next commit tells it again.
    log
      .commit(
        topic,
        groupOf(topic),
        (durable ?? []).map(offset => offset + 1),
      )
      .catch(() => {})
  }

  function failed(error: unknown): void {
    const { code = 'INTERNAL', message } = error as Error & { code?: string }
    const known = status.problem?.code === code ? status.problem : null
    status.problem = { code, message, since: known?.since ?? Date.now() }
    status.state = 'RETRYING'
    if (!known)
      notice(
        EXPECTED.has(code) ? 'info' : 'warn',
        `Table ${topic} is not written at the moment (${code}): ${message}`,
      )
  }

  async function keepOn(): Promise<void> {
    while (!ended.aborted) {
      try {
        await once()
      } catch (error) {
        failed(error)
        await backOff.wait(ended)
      }
    }
    status.state = 'STOPPED'
    flushes.end()
    resumed.resolve()
  }

  async function flush(): Promise<void> {
    await resumed.promise
    const target = [...(durable ?? [])]
    const from = target.map(offset => offset + 1)
    for await (const { records } of log.read(topic, { from, signal: ended }))
      for (const { partition, offset } of records) target[partition] = offset
    if (!ended.aborted) await flushes.add(target)
  }

  return {
    done: keepOn(),
    positions: () => durable,
    flush,
    stop: () => stopping.abort(),
    abort: () => aborting.abort(),
  }
}

const since = ({ since }: SinkProblem) => Math.max(1, Math.round((Date.now() - since) / 1000))
