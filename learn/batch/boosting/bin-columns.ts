import type { Random } from '../../math/random.ts'
import type { Dataset } from '../dataset.ts'
import { SPLIT_KIND } from './boosting-shared.ts'
import { type PlannedFeature, categoriesOf, planColumn } from './feature-plan.ts'
import { findInterval } from './find-interval.ts'
import { quantileBorders } from './quantile-borders.ts'
import { permutation, targetStatistics } from './target-statistics.ts'

/** The training part in slots, and how to bring other rows to the same. */
export interface BinnedColumns {
  readonly rows: number
  readonly features: readonly PlannedFeature[]
  /** Of each feature; empty for sets. */
  readonly borders: readonly Float64Array[]
  /** All rows of feature 0 first. */
  readonly bins: Uint8Array
  readonly slots: Int32Array
  readonly kinds: Uint8Array
  /** Features that have at least two slots with rows: only these can be split on. */
  readonly useful: readonly number[]
}

interface Settings {
  readonly data: Dataset
  /** What target statistics are means of: one array, or one a class. */
  readonly targets: readonly Float64Array[]
  /** Rows of a rare class, by whose quantiles half of the borders are chosen; null for none. */
  readonly rare: Uint32Array | null
  readonly maxBins: number
  readonly oneHotMax: number
  readonly setMax: number
  readonly targetPrior: number
  readonly random: Random
}

/** Rows that borders are chosen from. */
const SAMPLE = 200_000

/** Chooses how trees see each column, borders from a sample of the rows, and turns all rows into slots. */
export function binColumns({
  data,
  targets,
  rare,
  maxBins,
  oneHotMax,
  setMax,
  targetPrior,
  random,
}: Settings): BinnedColumns {
  const { rows, columns } = data
  const sample = sampleRows(rows, random)
  const order = columns.some(isTarget) ? permutation(rows, random) : new Uint32Array(0)
  const features: PlannedFeature[] = []
  const borders: Float64Array[] = []
  const binned: Uint8Array[] = []
  const kinds: number[] = []
  columns.forEach((column, index) => {
    const categories = categoriesOf(column)
    if (!isTarget(column)) {
      const kind = column.kind === 'numeric' ? 'value' : 'set'
      const isOneHot = kind === 'set' && categories <= oneHotMax
      add({ column: index, kind, categories, table: new Float64Array(0) }, isOneHot, null)
      return
    }
    for (const target of targets) {
      const codes = data.values[index]
      const { table, ordered } = targetStatistics({ codes, categories, target, prior: targetPrior, order })
      add({ column: index, kind: 'target', categories, table }, false, ordered)
    }
  })

  const bins = new Uint8Array(new SharedArrayBuffer(rows * features.length))
  binned.forEach((column, f) => bins.set(column, f * rows))
  return {
    rows,
    features,
    borders,
    bins,
    slots: sharedOf(features.map((feature, f) => slotsOf(feature, borders[f]))),
    kinds: Uint8Array.from(kinds),
    useful: features.map((_, f) => f).filter(f => binned[f].some(slot => slot !== binned[f][0])),
  }

  function isTarget({ kind, categories }: Dataset['columns'][number]): boolean {
    return kind === 'nominal' && (categories?.length ?? 0) > Math.max(setMax, oneHotMax)
  }

  function add(feature: PlannedFeature, isOneHot: boolean, ordered: Float64Array | null): void {
    const values = ordered ?? planColumn(feature, data)
    const own = feature.kind === 'set' ? new Float64Array(0) : bordersOf(values, sample, rare, maxBins)
    features.push(feature)
    borders.push(own)
    binned.push(toSlots(feature, own, values, new Uint8Array(rows), 0, 1))
    if (feature.kind !== 'set') kinds.push(SPLIT_KIND.numeric)
    else kinds.push(isOneHot ? SPLIT_KIND.oneHot : SPLIT_KIND.set)
  }
}

/** Slots of other rows, row by row. */
export function binRows(
  { features, borders }: Pick<BinnedColumns, 'features' | 'borders'>,
  data: Dataset,
  from = 0,
  to = data.rows,
): Uint8Array {
  const out = new Uint8Array((to - from) * features.length)
  features.forEach((feature, f) =>
    toSlots(feature, borders[f], planColumn(feature, data, from, to), out, f, features.length),
  )
  return out
}

/** Intervals of a numeric feature and one slot for missing values, or the slots of a set. */
export function slotsOf({ kind, categories }: PlannedFeature, borders: Float64Array): number {
  return kind === 'set' ? categories + 2 : borders.length + 2
}

function toSlots(
  { kind }: PlannedFeature,
  borders: Float64Array,
  values: Float64Array,
  out: Uint8Array,
  at: number,
  stride: number,
): Uint8Array {
  const missing = borders.length + 1
  for (let i = 0; i < values.length; i++, at += stride) {
    const value = values[i]
    if (kind === 'set') out[at] = value
    else out[at] = value !== value ? missing : findInterval(borders, value)
  }
  return out
}

/** Where a class is rare, its rows lie where most borders of all rows do not: half of the borders are theirs. */
function bordersOf(
  values: Float64Array,
  sample: Uint32Array | null,
  rare: Uint32Array | null,
  bins: number,
): Float64Array {
  if (!rare) return quantileBorders(presentOf(values, sample), bins)
  const half = bins >> 1
  const all = quantileBorders(presentOf(values, sample), bins)
  // Every distinct value has an interval already.
  if (all.length < bins - 1) return all
  const own = quantileBorders(presentOf(values, rare), half)
  const most = quantileBorders(presentOf(values, sample), bins - own.length)
  return Float64Array.from(new Set([...most, ...own])).sort()
}

function presentOf(values: Float64Array, rows: Uint32Array | null): Float64Array {
  const length = rows ? rows.length : values.length
  const present = new Float64Array(length)
  let count = 0
  for (let i = 0; i < length; i++) {
    const value = values[rows === null ? i : rows[i]]
    if (value === value) present[count++] = value
  }
  return present.subarray(0, count).sort()
}

/** Null for all rows. Else one at random from each of as many equal stretches: seeded, in order, without repetition. */
function sampleRows(rows: number, random: Random): Uint32Array | null {
  if (rows <= SAMPLE) return null
  return Uint32Array.from({ length: SAMPLE }, (_, i) => {
    const from = Math.floor((i * rows) / SAMPLE)
    const to = Math.floor(((i + 1) * rows) / SAMPLE)
    return from + random.below(to - from)
  })
}

function sharedOf(values: readonly number[]): Int32Array {
  const out = new Int32Array(new SharedArrayBuffer(4 * values.length))
  out.set(values)
  return out
}
