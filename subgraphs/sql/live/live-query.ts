import type { Offsets } from '#ports/event-log.ts'
import type { Snapshot } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { ResultColumn, SqlEngine, SqlParams, SqlRelation } from '#ports/sql-engine.ts'
import type { Catalog } from '../lookup/catalog.ts'
import type { CatalogEntry } from '../lookup/catalog-entry.ts'
import { hasForeignRows } from '../sink/foreign-rows.ts'
import { prepareStatement } from '../statements/prepare-statement.ts'
import type { TableUse } from '../statements/table-use.ts'
import type { Tails } from '../tail/tails.ts'
import { again, choosePlan, type LivePlan } from './choose-result.ts'
import type { LiveResult } from './live-result.ts'
import { runRows } from './run-rows.ts'

export interface LiveStatement {
  statement: string
  useCase: string | null
  params: SqlParams | undefined
  limit: number
}

export interface LiveSources {
  catalog: Catalog
  engine: Pick<SqlEngine, 'validate' | 'run'>
  tails: Tails
  timeoutMs: number
  /** Of one result. */
  maxBytes: number
}

/** What one step of a live query did. */
export interface LiveStep {
  changed: boolean
  /** Unix milliseconds of the oldest record that was new; null without one. */
  oldestAt: number | null
  elapsedMs: number
  bytesScanned: number
  mode: 'INCREMENTAL' | 'RECOMPUTED'
  reason: string | null
}

/** One statement with its result, and which rows that result is of. Steps must not overlap. */
export interface LiveQuery {
  readonly result: LiveResult
  readonly columns: readonly ResultColumn[]
  /** Grows when marks of earlier results have lost their meaning. */
  readonly generation: number
  readonly tables: readonly TableUse[]
  /** Whether it may change although no row has come: with the clock, or with a table that has no tail. */
  readonly restless: boolean
  /** Over all rows there are. */
  execute(signal: AbortSignal): Promise<LiveStep>
  /** Over what is new, if that can be; null if nothing is. */
  advance(signal: AbortSignal): Promise<LiveStep | null>
}

const COLUMNS_CHANGED = 'The columns of a table have changed.'
const FOREIGN_ROWS = 'Another engine wrote to a table.'
const FAR_BEHIND = 'More rows have come than are looked at by themselves.'

export function createLiveQuery(
  { statement, useCase, params, limit }: LiveStatement,
  {
    catalog,
    engine,
    tails,
    timeoutMs,
    maxBytes,
    id,
    admit = async () => {},
  }: LiveSources & {
    id: string
    /** Called before each execution over all rows with what is read; what it throws prevents it. */
    admit?: (tables: readonly TableUse[]) => Promise<void>
  },
): LiveQuery {
  let plan: LivePlan | null = null
  let result: LiveResult | null = null
  let columns: readonly ResultColumn[] = []
  let generation = 0
  let restless = false
  let relations: readonly SqlRelation[] = []
  let tables: readonly TableUse[] = []
  /** By name of table: before which offsets every row is in the result. */
  let positions = new Map<string, Offsets>()
  let snapshots = new Map<CatalogEntry, Snapshot>()
  /** Why merging was given up for good. */
  let givenUp: string | null = null
  let runs = 0

  const run = (text: string, over: readonly SqlRelation[], maxRows: number, signal: AbortSignal) =>
    runRows(engine, {
      id: `${id}-${++runs}`,
      statement: text,
      relations: over,
      maxRows,
      maxBytes,
      timeoutMs,
      signal,
      ...(params && { params }),
    })

  async function execute(
    signal: AbortSignal,
    { reason = null, oldestAt = null }: { reason?: string | null; oldestAt?: number | null } = {},
  ): Promise<LiveStep> {
    const started = performance.now()
    const reached = new Map<string, Offsets>()
    const recording: Pick<Tails, 'behind'> = {
      async behind(snapshot, options) {
        const rows = await tails.behind(snapshot, options)
        reached.set(snapshot.table, rows.positions)
        return rows
      },
    }
    const prepared = await prepareStatement(
      { catalog, engine, tails: recording },
      { statement, useCase, params, asOf: { mode: 'LIVE' }, signal },
    )
    await admit(prepared.tables)
    const { shape } = prepared.checked
    const all = prepared.relations
    let next = choosePlan(shape, { statement, relations: all, limit })
    const ordered = shape.kind === 'other' ? shape.ordered : shape.kind !== 'filter' && shape.order.length > 0
    if (givenUp !== null && next.reason === null) next = again(statement, limit, { reason: givenUp, ordered })
    const first = await run(next.statement, all, next.maxRows, signal).catch((error: unknown) => {
      if (next.statement !== statement && isFaultOfText(error)) return null
      throw error
    })
    // Of the first rows in an order one more than is shown is asked for; fewer than that were cut by their bytes.
    const isCut =
      next.reason === null &&
      first?.summary.truncated === true &&
      (shape.kind === 'aggregate' || (shape.kind === 'top' && first.rows.length < next.maxRows))
    if (!first) givenUp = NO_PARTS
    else if (isCut) givenUp = TOO_LARGE
    let ran = first as NonNullable<typeof first>
    let made = first ? next.createResult(first.columns) : NO_PARTS
    if (typeof made === 'string' || isCut) {
      next = again(statement, limit, { reason: isCut ? TOO_LARGE : String(made), ordered })
      ran = await run(statement, all, limit, signal)
      made = next.createResult(ran.columns)
    }
    const isSame = plan?.reason === next.reason && JSON.stringify(columns) === JSON.stringify(shownColumns())
    if (!result || !isSame) {
      result = made as LiveResult
      columns = shownColumns()
      generation++
    }
    plan = next
    // Where merging keeps one row more than is shown, that one tells whether it is cut.
    const wasCut = ran.summary.truncated && (next.reason !== null || shape.kind === 'filter')
    const changed = result.replace(ran.rows, wasCut) || !isSame
    restless = (shape.kind === 'other' && shape.volatile) || prepared.tables.some(({ live }) => !live)
    relations = all
    tables = prepared.tables
    positions = reached
    snapshots = new Map(
      await Promise.all(tables.map(async ({ table }) => [table, snapshotOf(table)] as const)),
    )
    const { bytesScanned } = ran.summary
    const elapsedMs = performance.now() - started
    return { changed, oldestAt, elapsedMs, bytesScanned, mode: 'RECOMPUTED', reason: next.reason ?? reason }

    function shownColumns(): readonly ResultColumn[] {
      return next.reason === null ? prepared.checked.columns : ran.columns
    }
    function snapshotOf(table: CatalogEntry): Snapshot {
      return all.find(({ snapshot }) => snapshot.table === table.spec.name)?.snapshot as Snapshot
    }
  }

  /** Why new rows alone do not tell the difference; null if they do. */
  async function disturbance(): Promise<string | null> {
    for (const [entry, known] of snapshots) {
      const snapshot = await catalog.snapshot(entry)
      if (snapshot.version === known.version) continue
      tails.noteSnapshot(snapshot)
      if (JSON.stringify(snapshot.columns) !== JSON.stringify(known.columns)) return COLUMNS_CHANGED
      if (snapshot.version < known.version) return FOREIGN_ROWS
      if (await hasForeignRows(await catalog.table(entry), known.version, snapshot.version))
        return FOREIGN_ROWS
      snapshots.set(entry, snapshot)
      if (!positions.has(entry.spec.name)) return 'A table has a new version.'
    }
    return null
  }

  async function advance(signal: AbortSignal): Promise<LiveStep | null> {
    const disturbed = await disturbance()
    if (disturbed !== null) return await execute(signal, { reason: disturbed })
    const current = result as LiveResult
    if (!current.incremental) {
      const oldestAt = await oldestNew(signal)
      if (restless || oldestAt !== null) return await execute(signal, { oldestAt })
      return null
    }
    const started = performance.now()
    const [[name, from]] = [...positions] as [[string, Offsets]]
    const news = await tails.since(name, from, { signal }).catch((error: { code?: unknown }) => {
      if (error.code === 'SQL_TAIL_TOO_LARGE') return null
      throw error
    })
    if (news === null) return await execute(signal, { reason: FAR_BEHIND })
    if (news.rowCount === 0) {
      positions.set(name, news.positions)
      return null
    }
    const { statement: partial, maxRows } = plan as LivePlan
    const over = relations.map(relation => ({ ...relation, tail: news.rows, tailOnly: true }))
    const most = Math.max(maxRows, MOST_NEW_ROWS)
    const ran = await run(partial, over, most, signal).catch((error: unknown) => {
      if (partial !== statement && isFaultOfText(error)) return null
      throw error
    })
    if (!ran) {
      givenUp = NO_PARTS
      return await execute(signal)
    }
    const { rows, summary, columns: given } = ran
    if (summary.truncated) return await execute(signal, { reason: FAR_BEHIND })
    if (given.length < columns.length) return await execute(signal, { reason: COLUMNS_CHANGED })
    const changed = current.merge(rows)
    positions.set(name, news.positions)
    if (current.overflown) {
      givenUp = TOO_LARGE
      return await execute(signal)
    }
    const elapsedMs = performance.now() - started
    const { bytesScanned } = summary
    return { changed, oldestAt: news.oldestAt, elapsedMs, bytesScanned, mode: 'INCREMENTAL', reason: null }
  }

  /** When the oldest of the new rows was appended, the beginning of time if there are too many; null without new rows. */
  async function oldestNew(signal: AbortSignal): Promise<number | null> {
    let oldest: number | null = null
    for (const [name, from] of positions) {
      const { oldestAt } = await tails.since(name, from, { signal }).catch((error: { code?: unknown }) => {
        if (error.code === 'SQL_TAIL_TOO_LARGE') return { oldestAt: 0 }
        throw error
      })
      if (oldestAt !== null) oldest = Math.min(oldest ?? oldestAt, oldestAt)
    }
    return oldest
  }

  return {
    get result() {
      return result as LiveResult
    },
    get columns() {
      return columns
    },
    get generation() {
      return generation
    },
    get tables() {
      return tables
    },
    get restless() {
      return restless
    },
    execute: signal => execute(signal),
    advance,
  }
}

const TOO_LARGE = 'It is executed again each time: there is too much of it to be kept.'
const NO_PARTS = 'It is executed again each time: its parts can not be run by themselves.'
/** What is wrong with a text, which nobody but this engine wrote if it is a partial statement's. */
const FAULTS_OF_TEXT: ReadonlySet<string> = new Set([
  'SQL_SYNTAX',
  'SQL_REFUSED',
  'SQL_UNKNOWN_NAME',
  'SQL_PARAMETER',
  'SQL_EXECUTION',
])
/** Rows of one step over new rows. */
const MOST_NEW_ROWS = 50_000

function isFaultOfText(error: unknown): boolean {
  return error instanceof PortError && FAULTS_OF_TEXT.has(error.code)
}
