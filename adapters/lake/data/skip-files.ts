import type { Column, Condition, DataFile, PrimitiveType } from '#ports/lake.ts'
import { compareUtf8, decimalRange, instantRange, type Range, realRange } from './comparable.ts'
import { leafColumns } from './leaf-columns.ts'

/**
 * The files that may hold a row for which all conditions are true, in their order. A file is left out only if its partition or its
 * statistics prove that it holds none; what is not understood (an unknown column, a value of another type) excludes nothing.
 */
export const filesMatching = (
  files: readonly DataFile[],
  conditions: readonly Condition[],
  columns: readonly Column[],
): DataFile[] => {
  if (conditions.length === 0) return [...files]
  const types = new Map(leafColumns(columns).map(({ name, type }) => [name, type]))
  const tests = conditions.flatMap(condition => {
    const type = types.get(condition.column)
    return type === undefined ? [] : [{ condition, type }]
  })
  return files.filter(file => tests.every(({ condition, type }) => mayMatch(file, condition, type)))
}

const mayMatch = (file: DataFile, { column, op, value }: Condition, type: PrimitiveType): boolean => {
  const bounds = boundsOf(file, column)
  // No condition is true of null.
  if (bounds === 'null') return false
  const kind = kindOf(type)
  const low = bounds.min === undefined ? null : rangeOf(bounds.min, kind)
  const high = bounds.max === undefined ? null : rangeOf(bounds.max, kind)
  const values = Array.isArray(value) ? value : [value]
  return values.some(given => {
    const wanted = rangeOf(given, kind)
    if (wanted === null) return true
    const test = op === 'in' ? '=' : op
    return belowAllows(low, wanted, test) && aboveAllows(high, wanted, test)
  })
}

/** Whether a column whose smallest value is `low` may hold what is wanted. */
const belowAllows = (low: AnyRange | null, wanted: AnyRange, op: Condition['op']): boolean => {
  if (low === null || op === '>' || op === '>=') return true
  const order = compare(low.low, wanted.high)
  return op === '<' ? order < 0 : order <= 0
}

const aboveAllows = (high: AnyRange | null, wanted: AnyRange, op: Condition['op']): boolean => {
  if (high === null || op === '<' || op === '<=') return true
  const order = compare(high.high, wanted.low)
  return op === '>' ? order > 0 : order >= 0
}

type Value = string | number | boolean
type AnyRange = Range<number> | Range<string> | Range<bigint>

const boundsOf = (file: DataFile, column: string): 'null' | { min?: Value; max?: Value } => {
  const partition = file.partition[column]
  if (partition === null) return 'null'
  if (partition !== undefined) return { min: partition, max: partition }
  if (file.stats === null) return {}
  const { min, max, nullCount, rowCount } = file.stats
  if (nullCount[column] === rowCount) return 'null'
  return {
    ...(min[column] === undefined ? {} : { min: min[column] }),
    ...(max[column] === undefined ? {} : { max: max[column] }),
  }
}

type Kind = 'decimal' | 'real' | 'text' | 'instant' | 'date' | 'boolean' | 'float' | 'none'

const kindOf = (type: PrimitiveType): Kind => {
  switch (type) {
    case 'string':
      return 'text'
    case 'date':
      return 'date'
    case 'timestamp':
      return 'instant'
    case 'boolean':
      return 'boolean'
    case 'binary':
      return 'none'
    case 'float':
      return 'float'
    case 'double':
      return 'real'
    default:
      return 'decimal'
  }
}

const rangeOf = (value: Value, kind: Kind): AnyRange | null => {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? { low: value, high: value } : null
    case 'date':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? { low: value, high: value } : null
    case 'instant':
      return typeof value === 'string' ? instantRange(value) : null
    case 'boolean': {
      const flag =
        typeof value === 'boolean' ? Number(value) : value === 'true' ? 1 : value === 'false' ? 0 : null
      return flag === null ? null : { low: flag, high: flag }
    }
    case 'decimal':
      return typeof value === 'boolean' ? null : decimalRange(value)
    case 'real':
      return typeof value === 'boolean' ? null : realRange(value)
    case 'float': {
      const range = typeof value === 'boolean' ? null : realRange(value)
      // Engines compare floats with the nearest float or as doubles.
      return range === null
        ? null
        : {
            low: Math.min(range.low, Math.fround(range.low)),
            high: Math.max(range.high, Math.fround(range.high)),
          }
    }
    case 'none':
      return null
  }
}

/** Both sides come from the same kind. */
const compare = (a: number | string | bigint, b: number | string | bigint): number => {
  if (typeof a === 'string' && typeof b === 'string') return compareUtf8(a, b)
  return a < b ? -1 : a > b ? 1 : 0
}
