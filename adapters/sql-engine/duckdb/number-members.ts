import type { DuckDBType } from '@duckdb/node-api'
import {
  DuckDBArrayType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBUnionType,
} from '@duckdb/node-api'

/**
 * Makes structs of a vector of this type give their members by number. By their names, all members of an unnamed struct would be one,
 * and one called "__proto__" none.
 */
export function numberMembers(type: DuckDBType): void {
  if (type instanceof DuckDBListType || type instanceof DuckDBArrayType) numberMembers(type.valueType)
  else if (type instanceof DuckDBMapType)
    for (const each of [type.keyType, type.valueType]) numberMembers(each)
  else if (type instanceof DuckDBUnionType) for (const each of type.memberTypes) numberMembers(each)
  else if (type instanceof DuckDBStructType) {
    const names = type.entryNames as string[]
    for (const index of names.keys()) names[index] = String(index)
    for (const each of type.entryTypes) numberMembers(each)
  }
}
