import type { DuckDBConnection } from '@duckdb/node-api'
import type { ResultColumn, SqlParams, StatementShape } from '#ports/sql-engine.ts'
import { boundColumns } from './bound-columns.ts'

/** What sums and averages are merged of. */
const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|BIGNUM|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/

/**
 * The shape if its partial statement binds and its sums are numbers, else `other`: instants have an average and no sum. `columns` are
 * those of the statement itself, where the relations of the connection are.
 */
export async function bindableShape(
  connection: DuckDBConnection,
  shape: StatementShape,
  columns: readonly ResultColumn[],
  params: SqlParams,
): Promise<StatementShape> {
  if (shape.kind !== 'aggregate' && shape.kind !== 'top') return shape
  const bound = shape.partial === null ? columns : await columnsIfBound(connection, shape.partial, params)
  const summed =
    shape.kind === 'aggregate' ? shape.aggregates.filter(each => ['sum', 'avg'].includes(each.function)) : []
  const isNumber = ({ column }: { column: number }) => NUMBER.test(bound?.[column]?.type ?? '')
  if (bound !== null && summed.every(isNumber)) return shape
  const ordered = shape.kind === 'top' || shape.order.length > 0
  const reason = 'It is executed again each time: its parts can not be put together.'
  return { kind: 'other', reason, ordered, volatile: false }
}

async function columnsIfBound(
  connection: DuckDBConnection,
  statement: string,
  params: SqlParams,
): Promise<readonly ResultColumn[] | null> {
  try {
    const prepared = await connection.prepare(statement)
    try {
      return await boundColumns(connection, prepared, { statement, params })
    } finally {
      prepared.destroySync()
    }
  } catch {
    return null
  }
}
