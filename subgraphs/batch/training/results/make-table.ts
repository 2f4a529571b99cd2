import { encodeTable } from '#learn/batch/table-file.ts'
import type { Dataset } from '#learn/batch/dataset.ts'
import { drawRows } from '../dataset/draw-rows.ts'

/** Most rows of a part that are kept with a run. */
const MOST_ROWS = 100_000

/** The file of a part, an even sample of it if there are more than 100,000 rows. */
export function makeTable(
  data: Dataset,
  extra: Readonly<Record<string, Float64Array>>,
  seed: number,
): Uint8Array {
  const drawn = drawRows(data.rows, MOST_ROWS, seed)
  const pick = <T extends Float64Array | Int32Array>(values: T): T =>
    // An array of the same kind: a slice has the length and is overwritten.
    drawn ? picked(values.slice(0, drawn.length) as T, values, drawn) : values
  return encodeTable({
    rows: drawn?.length ?? data.rows,
    columns: data.columns,
    values: data.values.map(pick),
    extra: Object.fromEntries(Object.entries(extra).map(([name, values]) => [name, pick(values)])),
    of: data.rows,
    seed,
  })
}

function picked<T extends Float64Array | Int32Array>(out: T, values: ArrayLike<number>, rows: Int32Array): T {
  for (let i = 0; i < rows.length; i++) out[i] = values[rows[i] as number] as number
  return out
}
