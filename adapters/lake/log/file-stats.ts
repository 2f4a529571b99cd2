import type { Column, FileStats, PrimitiveType } from '#ports/lake.ts'
import type { AddFile } from './actions.ts'
import { ceilToMs, floorToMs, latestOf, parseInstant } from './instant-bounds.ts'
import { parseExactly } from './parse-exactly.ts'
import { lowerTextBound, upperTextBound } from './text-bounds.ts'

/**
 * Statistics as the log has them (https://github.com/delta-io/delta/blob/master/PROTOCOL.md#per-file-statistics): nested as structs
 * are, texts cut to 32 code points, instants to milliseconds, always outwards. What has no bound in Delta (flags, binaries, NaN and
 * infinities, instants beyond four digits of the year) is left out. Instants are ISO 8601 text in UTC or with an offset.
 */
export const encodeStats = (
  { rowCount, min, max, nullCount }: FileStats,
  columns: readonly Column[],
): string =>
  JSON.stringify({
    numRecords: rowCount,
    minValues: nested(columns, (name, type) => encodeBound(min[name], type, 'min')),
    maxValues: nested(columns, (name, type) => encodeBound(max[name], type, 'max')),
    nullCount: nested(columns, name => (Object.hasOwn(nullCount, name) ? nullCount[name] : undefined)),
  })

/**
 * The statistics of a file, whoever wrote it; null without a count of rows. What does not fit the columns is left out. Longs beyond
 * 2^53 and decimals that a number would round are text; instants are ISO 8601 text in UTC with six digits.
 */
export const decodeStats = (add: AddFile, columns: readonly Column[]): FileStats | null => {
  const cached = decoded.get(add)
  if (cached?.columns === columns) return cached.stats
  const stats = add.stats === undefined ? null : statsOfJson(parsed(add.stats), columns, 'unknown')
  decoded.set(add, { columns, stats })
  return stats
}

/** What `decodeStats` does, with statistics that are objects already. */
export const statsOfJson = (
  json: unknown,
  columns: readonly Column[],
  zoneless: 'utc' | 'unknown',
): FileStats | null => {
  const { numRecords, minValues, maxValues, nullCount } = members(json)
  if (typeof numRecords !== 'number' || !Number.isSafeInteger(numRecords) || numRecords < 0) return null
  const stats = { rowCount: numRecords, min: {}, max: {}, nullCount: {} } satisfies FileStats
  flatten(columns, minValues, '', (name, type, value) =>
    set(stats.min, name, decodeBound(value, type, 'min', zoneless)),
  )
  flatten(columns, maxValues, '', (name, type, value) =>
    set(stats.max, name, decodeBound(value, type, 'max', zoneless)),
  )
  flatten(columns, nullCount, '', (name, _, value) =>
    set(stats.nullCount, name, typeof value === 'number' && value >= 0 ? value : null),
  )
  return stats
}

/** Rows of a file by its statistics; null if they do not tell. */
export const rowsIn = (add: AddFile): number | null => {
  if (add.stats === undefined) return null
  const { numRecords } = members(parsed(add.stats))
  return typeof numRecords === 'number' ? numRecords : null
}

type Bound = string | number | boolean
type Side = 'min' | 'max'

/** Actions are never changed, and a file's statistics are asked for at every query. */
const decoded = new WeakMap<AddFile, { columns: readonly Column[]; stats: FileStats | null }>()

const encodeBound = (value: Bound | undefined, type: PrimitiveType, side: Side): unknown => {
  if (value === undefined) return undefined
  switch (type) {
    case 'string':
      if (typeof value !== 'string') return undefined
      return (side === 'min' ? lowerTextBound(value) : upperTextBound(value)) ?? undefined
    case 'date':
      return isDate(value) ? value : undefined
    case 'timestamp': {
      const instant = typeof value === 'string' ? parseInstant(value, 'unknown') : null
      if (instant === null) return undefined
      return (side === 'min' ? floorToMs(instant) : ceilToMs(instant)) ?? undefined
    }
    case 'boolean':
    case 'binary':
      return undefined
    default:
      return numberJson(value, type)
  }
}

const numberJson = (value: Bound, type: PrimitiveType): unknown => {
  const isReal = type === 'double' || type === 'float'
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value)) return undefined
  // Digits that a double would lose are written as they are.
  return isReal ? Number(value) : rawJson(value.replace(/^(-?)0+(?=\d)/, '$1'))
}

const decodeBound = (
  value: unknown,
  type: PrimitiveType,
  side: Side,
  zoneless: 'utc' | 'unknown',
): Bound | null => {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : null
    case 'date':
      return isDate(value) ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'binary':
      return null
    case 'timestamp': {
      const instant = typeof value === 'string' ? parseInstant(value, zoneless) : null
      return instant === null || side === 'min' ? instant : latestOf(value as string, instant)
    }
    case 'double':
    case 'float': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      return typeof number === 'number' && Number.isFinite(number) ? number : null
    }
    default:
      if (typeof value === 'string') return /^-?\d+(\.\d+)?$/.test(value) ? value : null
      return typeof value === 'number' ? value : null
  }
}

const nested = (
  columns: readonly Column[],
  valueOf: (name: string, type: PrimitiveType) => unknown,
  prefix = '',
): Record<string, unknown> | undefined => {
  const entries = columns.flatMap(({ name, type }): [string, unknown][] => {
    const path = prefix + name
    const value =
      typeof type === 'string'
        ? valueOf(path, type)
        : type.type === 'struct'
          ? nested(type.fields, valueOf, `${path}.`)
          : undefined
    return value === undefined ? [] : [[name, value]]
  })
  // Readers take empty objects at the top for granted.
  return entries.length === 0 && prefix !== '' ? undefined : Object.fromEntries(entries)
}

const flatten = (
  columns: readonly Column[],
  values: unknown,
  prefix: string,
  visit: (name: string, type: PrimitiveType, value: unknown) => void,
): void => {
  const byName = members(values)
  for (const { name, type } of columns) {
    const value = Object.hasOwn(byName, name) ? byName[name] : undefined
    if (value === undefined || value === null) continue
    if (typeof type === 'string') visit(prefix + name, type, value)
    else if (type.type === 'struct') flatten(type.fields, value, `${prefix}${name}.`, visit)
  }
}

const set = <V>(record: Record<string, V>, name: string, value: V | null): void => {
  if (value !== null)
    Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
}

const members = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

const isDate = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)

const parsed = (text: string): unknown => {
  try {
    return parseExactly(text)
  } catch {
    return null
  }
}

/** The library's types do not know it yet. */
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON
