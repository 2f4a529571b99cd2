import { randomUUID } from 'node:crypto'
import { PortError } from '#ports/port-error.ts'
import type { CheckedStatement, SqlEngine } from '#ports/sql-engine.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { AuditedStatement, AuditKind } from '../audit/audit-entry.ts'
import type { AuditLog } from '../audit/audit-log.ts'
import type { Catalog } from '../lookup/catalog.ts'
import type { CatalogEntry } from '../lookup/catalog-entry.ts'
import type { Result } from '../results/result.ts'
import type { ResultStore } from '../results/result-store.ts'
import type { Tails } from '../tail/tails.ts'
import { prepareStatement } from './prepare-statement.ts'
import { outcomeOf, statementError } from './statement-error.ts'
import { readParams, readStatement, type StatementInput, type StatementRequest } from './statement-input.ts'
import type { StatementMetrics } from './statement-metrics.ts'
import { auditName, type TableUse } from './table-use.ts'

/** Runs statements into results. */
export interface Statements extends AsyncDisposable {
  /**
   * Begins a statement, or finds the result of the same request under the same id, unless that was lost or cancelled. What is wrong
   * with it stands in the result.
   * @throws CodedError `BAD_USER_INPUT`, `SQL_PARAMETER`, `SQL_ID_TAKEN`, `SQL_RESULTS_FULL`.
   */
  start(request: StatementRequest): Promise<Result>
  /** Whether it was running. */
  cancel(id: string): boolean
  /** Throws as an execution would. */
  validate(
    request: Pick<StatementRequest, 'statement' | 'useCase' | 'params'>,
  ): Promise<{ checked: CheckedStatement; tables: readonly CatalogEntry[] }>
}

export interface StatementsOptions {
  catalog: Catalog
  engine: SqlEngine
  tails: Pick<Tails, 'behind'>
  audit: AuditLog
  results: ResultStore
  metrics: StatementMetrics
  maxTimeoutMs: number
  /** Most bytes of one result. */
  maxBytes: number
}

export function createStatements({
  catalog,
  engine,
  tails,
  audit,
  results,
  metrics,
  maxTimeoutMs,
  maxBytes,
}: StatementsOptions): Statements {
  const sources = { catalog, engine, tails }
  const running = new Map<string, Promise<void>>()
  /** Ids whose results are being made room for. */
  const starting = new Map<string, { fingerprint: string; result: Promise<Result> }>()

  async function execute(result: Result, input: StatementInput): Promise<void> {
    const { id, abort, spool } = result
    const { statement, useCase, params, asOf, limit, timeoutMs, plan, operation } = input
    const { signal } = abort
    const started = performance.now()
    const described = (tables: readonly TableUse[]): AuditedStatement => ({
      id,
      kind: 'query' satisfies AuditKind,
      useCase,
      statement,
      params,
      operation,
      tables: tables.map(auditName),
    })
    let audited: Awaited<ReturnType<AuditLog['begin']>> | null = null
    try {
      const { relations, tables } = await prepareStatement(sources, {
        statement,
        useCase,
        params,
        asOf,
        signal,
      })
      result.tables = tables
      audited = await audit.begin(described(tables))
      if (signal.aborted) throw cancelled(id)
      await using run = engine.run({
        id,
        statement,
        relations,
        maxRows: limit,
        maxBytes,
        timeoutMs,
        plan,
        signal,
        ...(params && { params }),
      })
      // Told by `columns` as well; nobody may be waiting here yet.
      run.summary.catch(() => {})
      result.columns = await run.columns
      result.changed()
      for await (const rows of run.rows) {
        await results.append(result, rows)
        result.changed()
      }
      result.summary = await run.summary
    } catch (error) {
      result.failure = statementError(signal.aborted ? asCancelled(error, id) : error, id)
    }
    const { summary, failure } = result
    const elapsedMs = Math.round(performance.now() - started)
    const outcome = failure ? outcomeOf(failure) : summary?.truncated ? 'TRUNCATED' : 'COMPLETE'
    const rowCount = spool.rowCount
    metrics.ended({ outcome, seconds: elapsedMs / 1000, rowCount })
    if (audited) await audited.end({ outcome, rowCount, bytesScanned: summary?.bytesScanned ?? 0, elapsedMs })
    else if (outcome !== 'SQL_AUDIT_UNAVAILABLE')
      await audit.refused(described(result.tables), { outcome, elapsedMs })
    result.ended = true
    result.usedAt = Date.now()
    result.changed()
  }

  /** In the place of a result that nobody will get; the same if it came to its end after all. */
  async function beginAgain(id: string, input: StatementInput, known: Result): Promise<Result> {
    await running.get(id)
    return isLost(known) ? begin(id, input) : known
  }

  async function begin(id: string, input: StatementInput): Promise<Result> {
    const { statement, fingerprint } = input
    const result = await results.create({ id, fingerprint, statement })
    running.set(
      id,
      execute(result, input).finally(() => running.delete(id)),
    )
    return result
  }

  return {
    async start(request) {
      const input = readStatement(request, { maxTimeoutMs })
      const id = input.id ?? randomUUID()
      const known = starting.get(id) ?? results.find(id)
      if (known && known.fingerprint !== input.fingerprint) {
        throw new CodedError('SQL_ID_TAKEN', `id: ${id} was given to another statement, a new one wanted.`)
      }
      if (known && 'result' in known) return known.result
      if (known && !isLost(known)) return known
      const result = known ? beginAgain(id, input, known) : begin(id, input)
      starting.set(id, { fingerprint: input.fingerprint, result })
      return result.finally(() => starting.delete(id))
    },
    cancel(id) {
      if (!running.has(id)) return false
      results.find(id)?.abort.abort()
      return true
    },
    async validate({ statement, useCase = null, params }) {
      const { checked, tables } = await prepareStatement(sources, {
        statement,
        useCase,
        params: readParams(params),
      })
      return { checked, tables: tables.map(({ table }) => table) }
    },
    async [Symbol.asyncDispose]() {
      for (const id of running.keys()) results.find(id)?.abort.abort()
      await Promise.all(running.values())
    },
  }
}

/** What would be otherwise if it were asked once more. */
const LOST: ReadonlySet<string> = new Set(['SQL_CANCELLED', 'SQL_ENGINE_LOST', 'SQL_BUSY'])

function isLost({ ended, failure, abort }: Result): boolean {
  return ended ? failure !== null && LOST.has(outcomeOf(failure)) : abort.signal.aborted
}

function cancelled(id: string): PortError {
  return new PortError('SQL_CANCELLED', `The statement ${id} was cancelled.`)
}

/** What a cancelled step throws is of many kinds. */
function asCancelled(error: unknown, id: string): unknown {
  return error instanceof PortError && error.code.startsWith('SQL_') ? error : cancelled(id)
}
