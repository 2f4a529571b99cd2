import { open } from 'node:fs/promises'
import type { Dataset } from '#learn/batch/dataset.ts'

export interface CatboostPart {
  readonly data: Dataset
  readonly labels: Float64Array
  readonly weights?: Float64Array
}

/** What the engine is told about a written part. */
export interface WrittenPart {
  readonly file: string
  readonly rows: number
  readonly weighted: boolean
}

/**
 * Writes a part of the data as the engine reads it: column after column, little endian, numbers in 8 bytes, places in
 * `categoryTexts` in 4; then the labels, and the weights if there are any.
 */
export async function writePart(file: string, { data, labels, weights }: CatboostPart): Promise<WrittenPart> {
  await using handle = await open(file, 'wx', 0o600)
  for (const [i, values] of data.values.entries()) {
    const size = data.columns[i]?.categories?.length ?? 0
    const isNominal = data.columns[i]?.kind === 'nominal'
    // The unknown code stays the one after the last, a missing one goes behind it.
    const stored = isNominal
      ? Int32Array.from(values, code => (code < 0 ? size + 1 : Math.min(code, size)))
      : Float64Array.from(values)
    await handle.writeFile(octets(stored))
  }
  await handle.writeFile(octets(Float64Array.from(labels)))
  if (weights) await handle.writeFile(octets(Float64Array.from(weights)))
  return { file, rows: data.rows, weighted: weights !== undefined }
}

function octets(values: Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
