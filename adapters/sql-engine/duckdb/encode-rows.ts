import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api'
import { jsonValueOf } from './json-values.ts'
import { numberMembers } from './number-members.ts'

export interface EncodedRows {
  /** A JSON array of rows. */
  text: string
  rowCount: number
  /** UTF-8 bytes of the rows alone. */
  bytes: number
}

/** The first rows of a chunk, as many as both limits allow. One row after the other, since a single one may be larger than all. */
export function encodeRows(
  chunk: DuckDBDataChunk,
  types: readonly DuckDBType[],
  maxRows: number,
  maxBytes: number,
): EncodedRows {
  const columns = types.map((type, index) => {
    const vector = chunk.getColumnVector(index)
    numberMembers(vector.type)
    return { vector, convert: jsonValueOf(type) }
  })
  const rows: string[] = []
  let bytes = 0
  const end = Math.min(chunk.rowCount, maxRows)
  for (let row = 0; row < end; row++) {
    const values = columns.map(({ vector, convert }) => {
      const value = vector.getItem(row)
      return value === null ? null : convert(value)
    })
    const text = JSON.stringify(values)
    bytes += Buffer.byteLength(text)
    if (bytes > maxBytes) return { text: `[${rows.join()}]`, rowCount: rows.length, bytes }
    rows.push(text)
  }
  return { text: `[${rows.join()}]`, rowCount: rows.length, bytes }
}
