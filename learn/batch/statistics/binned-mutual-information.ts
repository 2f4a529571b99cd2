import { percentiles } from './percentiles.ts'
import { sortedCopy } from './sorted-copy.ts'

/**
 * What knowing the bin of one says about the other, in nats: numeric sides in `bins` bins of equal count, discrete ones by their own values.
 * Rows where either is missing do not count; null where none is left.
 */
export function binnedMutualInformation({
  x,
  y,
  xDiscrete = false,
  yDiscrete = false,
  bins = 10,
}: {
  x: ArrayLike<number>
  y: ArrayLike<number>
  xDiscrete?: boolean
  yDiscrete?: boolean
  bins?: number
}): number | null {
  const codesX = xDiscrete ? valueCodes(x) : binCodes(x, bins)
  const codesY = yDiscrete ? valueCodes(y) : binCodes(y, bins)
  return mutualInformationOfCodes(codesX, codesY)
}

/** Of codes from 0; rows with a negative code do not count. Null where no row is left. */
export function mutualInformationOfCodes(x: Int32Array, y: Int32Array): number | null {
  const width = highest(y) + 1
  const marginX = new Float64Array(highest(x) + 1)
  const marginY = new Float64Array(width)
  const joint = createCounts(marginX.length * width)
  let rows = 0
  for (let i = 0; i < x.length; i++) {
    if (x[i] < 0 || y[i] < 0) continue
    rows++
    marginX[x[i]]++
    marginY[y[i]]++
    joint.add(x[i] * width + y[i])
  }
  if (rows === 0) return null
  let sum = 0
  joint.forEach((n, cell) => {
    const expected = marginX[Math.floor(cell / width)] * marginY[cell % width]
    sum += (n / rows) * Math.log((n * rows) / expected)
  })
  return Math.max(0, sum)
}

/** Two columns of many distinct values have more cells than memory should be spent on. */
const DENSE_CELLS = 1 << 20

function createCounts(cells: number) {
  if (cells > DENSE_CELLS) {
    const counts = new Map<number, number>()
    return {
      add: (cell: number) => counts.set(cell, (counts.get(cell) ?? 0) + 1),
      forEach: (visit: (n: number, cell: number) => void) => counts.forEach(visit),
    }
  }
  const counts = new Float64Array(cells)
  return {
    add: (cell: number) => counts[cell]++,
    forEach: (visit: (n: number, cell: number) => void) =>
      counts.forEach((n, cell) => {
        if (n > 0) visit(n, cell)
      }),
  }
}

function highest(codes: Int32Array): number {
  let most = -1
  for (const code of codes) if (code > most) most = code
  return most
}

/** A code for each distinct value, -1 for missing ones. */
export function valueCodes(values: ArrayLike<number>): Int32Array {
  const codes = new Map<number, number>()
  return Int32Array.from(values, value => {
    if (Number.isNaN(value)) return -1
    const known = codes.get(value)
    if (known !== undefined) return known
    codes.set(value, codes.size)
    return codes.size - 1
  })
}

/** Between the distinct quantiles at even steps; a value on an inner one belongs to the bin above it. */
function binCodes(values: ArrayLike<number>, bins: number): Int32Array {
  const edges = percentiles(
    sortedCopy(values),
    Array.from({ length: bins + 1 }, (_, i) => i / bins),
  )
  const inner = [...new Set(edges)].slice(1, -1)
  return Int32Array.from(values, value => {
    if (!Number.isFinite(value)) return -1
    let bin = 0
    while (bin < inner.length && value >= inner[bin]) bin++
    return bin
  })
}
