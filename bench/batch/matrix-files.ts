import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BatchColumn, Dataset } from '#learn/batch/dataset.ts'

/** Rows with their labels. */
export interface MatrixPart {
  data: Dataset
  labels: Float64Array
}

interface Meta {
  columns: readonly BatchColumn[]
  /** Rows by part. */
  parts: Record<string, number>
}

/** Writes the same rows that we train with for the peers: `meta.json`, and `<part>.bin`, float64, column after column, labels last. */
export function writeMatrix(folder: string, parts: Readonly<Record<string, MatrixPart>>): void {
  mkdirSync(folder, { recursive: true })
  const meta: Meta = { columns: [], parts: {} }
  for (const [name, { data, labels }] of Object.entries(parts)) {
    meta.columns = data.columns
    meta.parts[name] = data.rows
    const flat = new Float64Array(data.rows * (data.columns.length + 1))
    data.values.forEach((column, index) => flat.set(column, index * data.rows))
    flat.set(labels, data.rows * data.columns.length)
    writeFileSync(join(folder, `${name}.bin`), flat)
  }
  writeFileSync(join(folder, 'meta.json'), JSON.stringify(meta))
}

export function readMatrix(folder: string, part: string): MatrixPart {
  const { columns, parts } = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8')) as Meta
  const rows = parts[part]
  if (rows === undefined) throw new Error(`${part} given, one of ${Object.keys(parts).join(', ')} wanted.`)
  const flat = readNumbers(join(folder, `${part}.bin`))
  const values = columns.map(({ kind }, index) => {
    const column = flat.subarray(index * rows, (index + 1) * rows)
    return kind === 'nominal' ? Int32Array.from(column) : column
  })
  return { data: { rows, columns, values }, labels: flat.subarray(columns.length * rows) }
}

/** A file of float64 numbers. */
export function readNumbers(path: string): Float64Array {
  const bytes = readFileSync(path)
  return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}
