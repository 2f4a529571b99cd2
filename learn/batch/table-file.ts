import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { BatchColumn, Dataset } from './dataset.ts'
import { loadColumns, saveColumns } from './encoder/column-state.ts'
import { type SealedFormat, sealFile, unsealFile } from './model/sealed-file.ts'

/** Rows of a run as they lie in its artifacts: features, and what is known about each row beside them. */
export interface Table extends Dataset {
  /** Such as label, score, raw, eventTime (Unix milliseconds), cluster; all `rows` long, NaN where unknown. */
  readonly extra: Readonly<Record<string, Float64Array>>
  /** Rows that these were drawn from; equal to `rows` if none was left out. */
  readonly of: number
  /** Seed of that draw. */
  readonly seed: number
}

const FORMAT: SealedFormat = { magic: 'CRTT', version: 1, code: 'MODEL_CORRUPT', title: 'The table file' }
/** Codes of columns with fewer categories take a byte a row: code + 1, so that 0 is missing. */
const BYTE_CATEGORIES = 255

export function encodeTable({ rows, columns, values, extra, of, seed }: Table): Uint8Array {
  const file = sealFile(FORMAT, out => {
    out.u32(rows)
    out.u32(of)
    out.f64(seed)
    saveColumns(out, columns)
    columns.forEach((column, index) => saveValues(out, column, values[index]))
    const names = Object.keys(extra)
    out.u32(names.length)
    for (const name of names) {
      out.str(name)
      out.f64s(extra[name])
    }
  })
  return new Uint8Array(file)
}

/** @throws Error with code `MODEL_CORRUPT` for anything that `encodeTable` does not write. */
export function decodeTable(file: ArrayBuffer | Uint8Array): Table {
  return unsealFile(FORMAT, file, input => {
    const rows = input.u32()
    const of = input.u32()
    if (of < rows) throw corrupt(`${rows} rows of ${of}`)
    const seed = input.f64()
    const columns = loadColumns(input)
    const values = columns.map(column => loadValues(input, column, rows))
    const extra = new Map<string, Float64Array>()
    // Not by a preset length: the reader ends before an absurd count does harm.
    for (let left = input.u32(); left > 0; left--) {
      const name = input.str()
      if (extra.has(name)) throw corrupt(`"${name}" is there twice`)
      extra.set(name, input.f64s(rows))
    }
    // Unlike an assignment it makes a plain property of `__proto__` too.
    return { rows, of, seed, columns, values, extra: Object.fromEntries(extra) }
  })
}

function saveValues(
  out: StateWriter,
  { kind, categories = [] }: BatchColumn,
  values: Dataset['values'][number],
) {
  if (kind === 'numeric') return out.f64s(Float64Array.from(values))
  if (categories.length >= BYTE_CATEGORIES) return out.i32s(Int32Array.from(values))
  return out.bytes(Uint8Array.from(values, code => code + 1))
}

function loadValues(input: StateReader, { name, kind, categories = [] }: BatchColumn, rows: number) {
  if (kind === 'numeric') return input.f64s(rows)
  const codes =
    categories.length >= BYTE_CATEGORIES
      ? input.i32s(rows)
      : Int32Array.from(input.bytes(rows), code => code - 1)
  const wrong = codes.find(code => code < -1 || code > categories.length)
  if (wrong !== undefined) {
    throw corrupt(`column "${name}" has the code ${wrong}, wanted -1 to ${categories.length}`)
  }
  return codes
}

function corrupt(detail: string): Error {
  return codedError(FORMAT.code, `${FORMAT.title} is corrupt: ${detail}.`)
}
