import { quoteName } from '../../duckdb/quote-name.ts'
import type { Column, FileStats, PrimitiveType } from '#ports/lake.ts'
import { parseInstant } from '../log/instant-bounds.ts'
import { leafColumns } from './leaf-columns.ts'

/** `column_statistics` of DuckDB's `COPY … (RETURN_STATS)`: key of a column (`"location"."lat"`) → name of a statistic → text. */
export type ReturnedStats = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Statistics of a written file, exact; `encodeStats` cuts them for the log. What Delta has no bounds for is left out. */
export const statsOf = (columns: readonly Column[], rowCount: number, returned: ReturnedStats): FileStats => {
  const min: Record<string, Bound> = {}
  const max: Record<string, Bound> = {}
  const nullCount: Record<string, number> = {}
  for (const { path, name, type } of leafColumns(columns)) {
    const found = returned.get(path.map(quoteName).join('.'))
    if (found === undefined) continue
    const nulls = Number(found.get('null_count'))
    if (Number.isSafeInteger(nulls)) nullCount[name] = nulls
    const low = boundOf(found.get('min'), type)
    if (low !== null) min[name] = low
    // NaN is above every number and not in the bounds.
    const high = found.get('has_nan') === 'true' ? null : boundOf(found.get('max'), type)
    if (high !== null) max[name] = high
  }
  return { rowCount, min, max, nullCount }
}

type Bound = string | number

const boundOf = (text: string | undefined, type: PrimitiveType): Bound | null => {
  if (text === undefined) return null
  switch (type) {
    case 'string':
      return text
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) ? text : null
    case 'timestamp':
      return parseInstant(text, 'unknown')
    case 'double':
      return finite(Number(text))
    case 'float':
      // The shortest text of a float is not its value.
      return finite(Math.fround(Number(text)))
    case 'boolean':
    case 'binary':
      return null
    default:
      // Digits that a number would lose stay text.
      return Number.isSafeInteger(Number(text)) ? Number(text) : text
  }
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)
