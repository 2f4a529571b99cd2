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
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  DuckDBUnionType,
  DuckDBUnionValue,
} from '@duckdb/node-api'
import { isoInstant } from './iso-instant.ts'

/** Makes of a value what `SqlRun.rows` promises; structs have their members by number. Never given null. */
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
      return value => isoInstant((value as DuckDBTimestampValue).micros, 1_000_000n)
    case DuckDBTypeId.TIMESTAMP_TZ:
      return value => zoned(isoInstant((value as DuckDBTimestampTZValue).micros, 1_000_000n))
    case DuckDBTypeId.TIMESTAMP_S:
      return value => isoInstant((value as DuckDBTimestampSecondsValue).seconds, 1n)
    case DuckDBTypeId.TIMESTAMP_MS:
      return value => isoInstant((value as DuckDBTimestampMillisecondsValue).millis, 1000n)
    case DuckDBTypeId.TIMESTAMP_NS:
      return value => isoInstant((value as DuckDBTimestampNanosecondsValue).nanos, 1_000_000_000n)
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

function isoDate(value: DuckDBDateValue): string {
  const ms = value.days * DAY_MS
  if (ms < YEAR_0_MS || ms >= YEAR_10000_MS) return value.toString()
  return new Date(ms).toISOString().slice(0, 10)
}

const YEAR_0_MS = Date.UTC(0, 0, 1) - 1900 * 365.25 * DAY_MS
const YEAR_10000_MS = Date.UTC(10_000, 0, 1)

const zoned = (text: string): string => (text.endsWith('infinity') ? text : `${text}Z`)

function listOf(valueType: DuckDBType): JsonValueOf {
  const convert = nullable(jsonValueOf(valueType))
  return value => (value as unknown as { items: readonly DuckDBValue[] }).items.map(convert)
}

function structOf({ entryNames, entryTypes }: DuckDBStructType): JsonValueOf {
  const converters = entryTypes.map(type => nullable(jsonValueOf(type)))
  const isUnnamed = entryNames.every(name => name === '')
  return value => {
    const { entries } = value as DuckDBStructValue
    const members = converters.map((convert, index) => convert(entries[index]))
    // `fromEntries` defines members, also one called "__proto__".
    return isUnnamed ? members : Object.fromEntries(entryNames.map((name, index) => [name, members[index]]))
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
