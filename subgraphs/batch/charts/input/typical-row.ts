import { percentiles } from '#learn/batch/statistics/percentiles.ts'
import type { Table } from '#learn/batch/table-file.ts'

/** A row of medians and most frequent categories, as `Dataset` codes it. */
export function typicalRow({ columns, values }: Table): Float64Array {
  return Float64Array.from(columns, ({ kind }, c) => {
    const column = values[c] ?? []
    if (kind === 'nominal') return frequentCodes(column, 1)[0] ?? -1
    const known = Float64Array.from(column).filter(Number.isFinite).sort()
    return percentiles(known, [0.5])[0] ?? Number.NaN
  })
}

/** Codes of known categories from the most frequent on, at most `most`. */
export function frequentCodes(codes: ArrayLike<number>, most: number): number[] {
  const counts = new Map<number, number>()
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number
    if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([code]) => code)
}
