import type { Column } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { SqlRelation } from '#ports/sql-engine.ts'

/**
 * The relation `data` of a use case: its events in the shape of the reference system's tables. Objects are JSON text, instants are
 * text in UTC with six digits of a second, and nothing tells where a row comes from.
 */
export function dataProjection({ fields }: UseCase): NonNullable<SqlRelation['projection']> {
  return Object.entries(fields).map(([name, { kind, description, presence }]) => ({
    column: {
      name,
      type: typeOf(kind),
      nullable: presence !== 'required',
      comment: description,
    } satisfies Column,
    expression: expressionOf(`"${name}"`, kind),
  }))
}

function expressionOf(column: string, kind: string): string {
  if (kind === 'object') return `CAST(to_json(${column}) AS VARCHAR)`
  if (kind === 'timestamp') return `strftime(${column} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%f+00:00')`
  return column
}

function typeOf(kind: string): 'string' | 'double' | 'integer' | 'boolean' {
  if (kind === 'number') return 'double'
  if (kind === 'integer') return 'integer'
  return kind === 'flag' ? 'boolean' : 'string'
}
