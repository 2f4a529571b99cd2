import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import {
  DuckDBArrayType,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBListType,
  DuckDBMapType,
  DuckDBMapValue,
  DuckDBStructType,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionType,
  DuckDBUnionValue,
} from '@duckdb/node-api'

/** Makes of a value what `SqlRun.rows` promises. Never given null. */
export type JsonValueOf = (value: DuckDBValue) => unknown

/** How values of a type become JSON; chosen once a column. */
export function jsonValueOf(type: DuckDBType): JsonValueOf {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.ENUM:
      return value => value
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return value => (Number.isFinite(value) ? value : String(value))
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.BIGNUM:
      return value => wholeNumber(value as bigint)
    case DuckDBTypeId.DATE:
      return value => isoDate(value as DuckDBDateValue)
    case DuckDBTypeId.TIMESTAMP:
      return value => isoInstant((value as DuckDBTimestampValue).micros, '')
    case DuckDBTypeId.TIMESTAMP_TZ:
      return value => isoInstant((value as DuckDBTimestampTZValue).micros, 'Z')
    case DuckDBTypeId.BLOB:
      return value => Buffer.from((value as DuckDBBlobValue).bytes).toString('hex')
    case DuckDBTypeId.LIST:
      return listOf((type as DuckDBListType).valueType)
    case DuckDBTypeId.ARRAY:
      return listOf((type as DuckDBArrayType).valueType)
    case DuckDBTypeId.STRUCT:
      return structOf(type as DuckDBStructType)
    case DuckDBTypeId.MAP:
      return mapOf(type as DuckDBMapType)
    case DuckDBTypeId.UNION:
      return unionOf(type as DuckDBUnionType)
    default:
      // Decimals, times, intervals, UUIDs and the like have a text of their own.
      return value => String(value)
  }
}

const nullable =
  (convert: JsonValueOf): ((value: DuckDBValue | undefined) => unknown) =>
  value =>
    value === null || value === undefined ? null : convert(value)

function wholeNumber(value: bigint): number | string {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

const DAY_MS = 86_400_000
/** Beyond it `Date` has no text; DuckDB's own is used there and for its infinities. */
const MAX_DATE_MS = 8.64e15

function isoDate(value: DuckDBDateValue): string {
  const ms = value.days * DAY_MS
  if (ms < YEAR_0_MS || ms >= YEAR_10000_MS) return value.toString()
  return new Date(ms).toISOString().slice(0, 10)
}

const YEAR_0_MS = Date.UTC(0, 0, 1) - 1900 * 365.25 * DAY_MS
const YEAR_10000_MS = Date.UTC(10_000, 0, 1)

function isoInstant(micros: bigint, zone: string): string {
  if (micros === MAX_INT64) return 'infinity'
  if (micros === -MAX_INT64) return '-infinity'
  const rest = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
  const ms = Number((micros - rest) / 1000n)
  if (Math.abs(ms) > MAX_DATE_MS) return new DuckDBTimestampValue(micros).toString() + zone
  const seconds = new Date(ms).toISOString().slice(0, -5)
  if (rest === 0n) return seconds + zone
  const digits = rest.toString().padStart(6, '0')
  return `${seconds}.${digits.endsWith('000') ? digits.slice(0, 3) : digits}${zone}`
}

const MAX_INT64 = 2n ** 63n - 1n

function listOf(valueType: DuckDBType): JsonValueOf {
  const convert = nullable(jsonValueOf(valueType))
  return value => (value as unknown as { items: readonly DuckDBValue[] }).items.map(convert)
}

function structOf({ entryNames, entryTypes }: DuckDBStructType): JsonValueOf {
  const converters = entryTypes.map(type => nullable(jsonValueOf(type)))
  return value => {
    const { entries } = value as DuckDBStructValue
    // `fromEntries` defines members, also one called "__proto__".
    return Object.fromEntries(entryNames.map((name, index) => [name, converters[index]?.(entries[name])]))
  }
}

function mapOf({ keyType, valueType }: DuckDBMapType): JsonValueOf {
  const [keyOf, valueOf] = [nullable(jsonValueOf(keyType)), nullable(jsonValueOf(valueType))]
  return value =>
    (value as DuckDBMapValue).entries.map(({ key, value }) => ({ key: keyOf(key), value: valueOf(value) }))
}

function unionOf({ memberTags, memberTypes }: DuckDBUnionType): JsonValueOf {
  const converters = new Map(
    memberTags.map((tag, index) => [tag, nullable(jsonValueOf(memberTypes[index]!))]),
  )
  return value => {
    const { tag, value: member } = value as DuckDBUnionValue
    return converters.get(tag)?.(member) ?? null
  }
}
