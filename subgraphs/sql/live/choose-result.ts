import type { ResultColumn, SqlRelation, StatementShape } from '#ports/sql-engine.ts'
import { createAggregateResult, MOST_GROUPS } from './aggregate-result.ts'
import { createFilterResult } from './filter-result.ts'
import { createListedResult } from './listed-result.ts'
import type { LiveResult } from './live-result.ts'
import { createTopResult, topRows } from './top-result.ts'

/** Of OFFSET and LIMIT together: beyond it merging would take more of this thread's time than executing again. */
const MOST_TOP_ROWS = 20_000

/** How a statement is kept up to date. */
export interface LivePlan {
  /** What is run over all rows and over new ones. */
  statement: string
  /** Rows of it that are wanted. */
  maxRows: number
  /** Why it is executed again each time; null where it is not. */
  reason: string | null
  /** Text where the columns' types do not allow it. */
  createResult(columns: readonly ResultColumn[]): LiveResult | string
}

/** The plan for a shape over these relations. */
export function choosePlan(
  shape: StatementShape,
  { statement, relations, limit }: { statement: string; relations: readonly SqlRelation[]; limit: number },
): LivePlan {
  const [relation] = relations
  if (shape.kind === 'other') return again(statement, limit, { reason: shape.reason, ordered: shape.ordered })
  const reason =
    relations.length === 1 && relation ? whyNotOver(shape, relation) : 'it does not read one table'
  if (reason !== null) {
    const ordered = shape.kind !== 'filter' && shape.order.length > 0
    return again(statement, limit, { reason: `It is executed again each time: ${reason}.`, ordered })
  }
  if (shape.kind === 'filter') {
    return { statement, maxRows: limit, reason: null, createResult: () => createFilterResult({ limit }) }
  }
  const partial = shape.partial ?? statement
  if (shape.kind === 'top') {
    const maxRows = topRows(shape, limit)
    if (maxRows > MOST_TOP_ROWS) {
      const reason = `It is executed again each time: ${maxRows} rows would have to be kept.`
      return again(statement, limit, { reason, ordered: true })
    }
    const createResult = (columns: readonly ResultColumn[]) => createTopResult(shape, { columns, limit })
    return { statement: partial, maxRows, reason: null, createResult }
  }
  return {
    statement: partial,
    maxRows: MOST_GROUPS,
    reason: null,
    createResult: columns => createAggregateResult(shape, { columns, limit }),
  }
}

/** The plan that always works. */
export function again(
  statement: string,
  limit: number,
  { reason, ordered }: { reason: string; ordered: boolean },
): LivePlan {
  const same = <T>(rows: T) => rows
  return {
    statement,
    maxRows: limit,
    reason,
    createResult: () =>
      createListedResult({ incremental: false, ordered, limit, replace: same, merge: same }),
  }
}

function whyNotOver(shape: StatementShape, { tail, projection, snapshot }: SqlRelation): string | null {
  if (!tail) return 'its table is not filled from one topic of the log'
  if (shape.kind !== 'aggregate') return null
  const columns = projection?.map(({ column }) => column) ?? snapshot.columns
  const names = new Set(columns.map(({ name }) => name.toLowerCase()))
  const taken = shape.aliases.find(alias => names.has(alias))
  return taken === undefined ? null : `"${taken}" is a column of its table and of its result`
}
