import { createRandom, type Random } from '../../math/random.ts'
import { argsort } from './argsort.ts'
import { mutualInformationOfCodes, valueCodes } from './binned-mutual-information.ts'
import { samplePositions } from './sample-positions.ts'

/** Pairs of numeric columns look at many neighbours; more rows than this are drawn down to it. */
const ROWS = 10_000

/**
 * What knowing one says about the other, in nats, from distances to the k-th neighbour: two numeric sides by Kraskov, Stögbauer and
 * Grassberger (2004), a numeric and a discrete one by Ross (2014), two discrete ones by their counts. Numeric sides are brought to unit
 * deviation and get noise of 1e-10 against ties, as scikit-learn does. Rows where either is missing do not count; null for fewer than two.
 */
export function mutualInformation({
  x,
  y,
  xDiscrete = false,
  yDiscrete = false,
  neighbors = 3,
  maxRows = ROWS,
  seed = 42,
}: {
  x: ArrayLike<number>
  y: ArrayLike<number>
  xDiscrete?: boolean
  yDiscrete?: boolean
  neighbors?: number
  maxRows?: number
  seed?: number
}): number | null {
  const known = knownRows(x, y)
  const rows = samplePositions(known.length, maxRows, seed).map(position => known[position])
  if (rows.length < 2) return null
  const random = createRandom(seed)
  const side = (values: ArrayLike<number>, isDiscrete: boolean) => {
    const chosen = Float64Array.from(rows, row => values[row])
    return isDiscrete ? chosen : prepare(chosen, random)
  }
  const [a, b] = [side(x, xDiscrete), side(y, yDiscrete)]
  if (xDiscrete && yDiscrete) return mutualInformationOfCodes(valueCodes(a), valueCodes(b))
  if (xDiscrete) return ofNumericAndDiscrete(b, valueCodes(a), neighbors)
  if (yDiscrete) return ofNumericAndDiscrete(a, valueCodes(b), neighbors)
  return ofNumeric(a, b, neighbors)
}

function knownRows(x: ArrayLike<number>, y: ArrayLike<number>): Uint32Array {
  const rows = new Uint32Array(x.length)
  let size = 0
  for (let i = 0; i < x.length; i++) if (Number.isFinite(x[i]) && Number.isFinite(y[i])) rows[size++] = i
  return rows.subarray(0, size)
}

function prepare(values: Float64Array, random: Random): Float64Array {
  const size = values.length
  let mean = 0
  for (let i = 0; i < size; i++) mean += (values[i] - mean) / (i + 1)
  let variance = 0
  for (let i = 0; i < size; i++) variance += (values[i] - mean) ** 2 / size
  const deviation = Math.sqrt(variance) || 1
  let magnitude = 0
  for (let i = 0; i < size; i++) {
    values[i] /= deviation
    magnitude += Math.abs(values[i]) / size
  }
  const noise = 1e-10 * Math.max(1, magnitude)
  for (let i = 0; i < size; i++) values[i] += noise * random.normal()
  return values
}

function ofNumeric(x: Float64Array, y: Float64Array, wanted: number): number {
  const size = x.length
  const k = Math.min(wanted, size - 1)
  const psi = digammas(size)
  const order = argsort(x)
  const sortedX = Float64Array.from(order, row => x[row])
  const besideX = Float64Array.from(order, row => y[row])
  const sortedY = y.slice().sort()
  const nearest = new Float64Array(k)
  let sum = 0
  for (let i = 0; i < size; i++) {
    const radius = radiusOf(sortedX, besideX, i, nearest)
    sum += psi[within(sortedX, sortedX[i], radius)] + psi[within(sortedY, besideX[i], radius)]
  }
  return Math.max(0, psi[size] + psi[k] - sum / size)
}

/** Distance to the k-th neighbour in the larger of both coordinates; looks along x both ways until x alone is farther. */
function radiusOf(x: Float64Array, y: Float64Array, at: number, nearest: Float64Array): number {
  const k = nearest.length
  nearest.fill(Infinity)
  let left = at - 1
  let right = at + 1
  for (;;) {
    const toLeft = left >= 0 ? x[at] - x[left] : Infinity
    const toRight = right < x.length ? x[right] - x[at] : Infinity
    const along = Math.min(toLeft, toRight)
    if (!(along < nearest[k - 1])) return nearest[k - 1]
    const other = toLeft <= toRight ? left-- : right++
    const distance = Math.max(along, Math.abs(y[other] - y[at]))
    if (distance < nearest[k - 1]) insert(nearest, distance)
  }
}

function ofNumericAndDiscrete(values: Float64Array, codes: Int32Array, wanted: number): number | null {
  const byClass = new Map<number, number[]>()
  codes.forEach((code, row) => {
    const rows = byClass.get(code)
    if (rows) rows.push(row)
    else byClass.set(code, [row])
  })
  const groups = [...byClass.values()].filter(rows => rows.length > 1)
  const size = groups.reduce((sum, rows) => sum + rows.length, 0)
  if (size === 0) return null
  const psi = digammas(size)
  const sorted = Float64Array.from(groups.flat(), row => values[row]).sort()
  let sum = 0
  for (const rows of groups) {
    const own = Float64Array.from(rows, row => values[row]).sort()
    const k = Math.min(wanted, own.length - 1)
    for (let i = 0; i < own.length; i++) {
      const radius = radiusAlong(own, i, k)
      // Nobody is nearer than a neighbour at distance 0, not even the row itself, which counts all the same.
      sum += psi[k] - psi[own.length] - psi[Math.max(1, within(sorted, own[i], radius))]
    }
  }
  return Math.max(0, psi[size] + sum / size)
}

/** Distance to the k-th neighbour in a sorted row of values. */
function radiusAlong(sorted: Float64Array, at: number, k: number): number {
  let left = at
  let right = at
  let distance = 0
  for (let found = 0; found < k; found++) {
    const toLeft = left > 0 ? sorted[at] - sorted[left - 1] : Infinity
    const toRight = right + 1 < sorted.length ? sorted[right + 1] - sorted[at] : Infinity
    if (toLeft <= toRight) left--
    else right++
    distance = Math.min(toLeft, toRight)
  }
  return distance
}

function insert(nearest: Float64Array, distance: number): void {
  let i = nearest.length - 1
  for (; i > 0 && nearest[i - 1] > distance; i--) nearest[i] = nearest[i - 1]
  nearest[i] = distance
}

/** How many sorted values are nearer to `value` than `radius`, at least 1 for itself. */
function within(sorted: Float64Array, value: number, radius: number): number {
  const first = firstWhere(sorted, other => value - other < radius)
  const last = firstWhere(sorted, other => other - value >= radius)
  return Math.max(1, last - first)
}

function firstWhere(sorted: Float64Array, isPast: (value: number) => boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isPast(sorted[middle])) high = middle
    else low = middle + 1
  }
  return low
}

/** The digamma function of whole numbers from 1: a harmonic number less Euler's constant. */
function digammas(last: number): Float64Array {
  const values = new Float64Array(last + 1)
  values[0] = NaN
  values[1] = -0.5772156649015329
  for (let i = 2; i <= last; i++) values[i] = values[i - 1] + 1 / (i - 1)
  return values
}
