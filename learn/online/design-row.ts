import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { Column, Row } from './learner.ts'
import type { SparseRow } from './sparse-rls.ts'

/** How a row becomes the columns of a linear model. */
export interface DesignSpec {
  columns: readonly Column[]
  /** Index of the numeric column that multiplies all others, or -1. */
  scale: number
  /** Pairs of nominal columns whose combinations get a column each. */
  crosses: readonly (readonly [number, number])[]
  /** Per numeric column, the mean and the spread that standardise it. */
  means: Float64Array
  spreads: Float64Array
  /** Scale below which a row's weight grows no further, and which stands in for a missing scale. */
  floor: number
  typical: number
}

/** Most columns of a design; categories beyond have no coefficient of their own. */
const MAX_COLUMNS = 4096
/** Categories of one column, or of one cross, that ask for a full covariance. */
const FULL_PER_SLOT = 100
/** A standardised value counts at most this much: one wild input must not own the coefficients. */
const CLIP = 5

/**
 * Expands rows into a sparse linear design [1, s, s * z(numeric), s * onehot(nominal), s * onehot(a x b)], with s the
 * scale column or 1, and divides it by max(floor, s): errors then weigh by their size relative to the scale. Every
 * category gets its column at first sight, up to MAX_COLUMNS.
 */
export interface DesignRow {
  /** The design of a row; what has no column yet is left out. The result is reused by the next call. */
  expand(row: Row): SparseRow
  /** Gives every category of the row a column, calling `add` for each new one, then expands. */
  admit(row: Row, add: (full: boolean) => number): SparseRow
  /** Divisor of the design, in units of the scale column: target = design . coefficients * divisor. */
  divisor(row: Row): number
  /**
   * Adds what entry j of the row expanded last contributes to the column it comes from; a cross is shared by its two
   * columns, the intercept belongs to none.
   */
  attribute(j: number, contribution: number, out: Float64Array): void
  save(out: StateWriter): void
}

export function createDesignRow(spec: DesignSpec, input?: StateReader): DesignRow {
  const { columns, scale, crosses, means, spreads, floor, typical } = spec
  const numeric = indicesOf(columns, 'numeric').filter(i => i !== scale)
  const nominal = indicesOf(columns, 'nominal')
  /** Slots: intercept, scale, per numeric its value and its absence, per nominal, per cross. */
  const slots = 2 + 2 * numeric.length + nominal.length + crosses.length
  const known = Array.from({ length: slots }, () => new Map<number, number>())
  let total = 0
  if (input) {
    for (const map of known) {
      const keys = input.f64s()
      const indices = input.u32s(keys.length)
      for (let i = 0; i < keys.length; i++) map.set(keys[i], indices[i])
      total += keys.length
    }
  }
  const sparse = { length: 0, indices: new Int32Array(slots), values: new Float64Array(slots) }
  /** Slot of each entry of the row, and the columns of each slot: the intercept has none, a cross has two. */
  const origins = new Int32Array(slots)
  const owners: (readonly number[])[] = [
    [],
    scale < 0 ? [] : [scale],
    ...numeric.flatMap(i => [[i], [i]]),
    ...nominal.map(i => [i]),
    ...crosses,
  ]
  let adding: ((full: boolean) => number) | null = null

  function put(slot: number, key: number, value: number): void {
    const map = known[slot]
    let index = map.get(key)
    if (index === undefined) {
      if (adding === null || total === MAX_COLUMNS) return
      index = adding(map.size < FULL_PER_SLOT)
      map.set(key, index)
      total += 1
    }
    sparse.indices[sparse.length] = index
    sparse.values[sparse.length] = value
    origins[sparse.length] = slot
    sparse.length += 1
  }

  function fill(row: Row): SparseRow {
    const s = scaleOf(row)
    const weight = 1 / Math.max(floor, s)
    const unit = s * weight
    sparse.length = 0
    // The floor keeps the intercept's column near 1 whatever the unit of the scale.
    if (scale >= 0) put(0, 0, floor * weight)
    put(1, 0, unit)
    let slot = 2
    for (const i of numeric) {
      const z = (row[i] - means[i]) / spreads[i]
      if (z - z === 0) put(slot, 0, unit * Math.max(-CLIP, Math.min(CLIP, z)))
      else put(slot + 1, 0, unit)
      slot += 2
    }
    for (const i of nominal) put(slot++, row[i] >= 0 ? row[i] : -1, unit)
    for (const [a, b] of crosses) {
      if (row[a] >= 0 && row[b] >= 0) put(slot, row[a] * 65_536 + row[b], unit)
      slot += 1
    }
    return sparse
  }

  function scaleOf(row: Row): number {
    if (scale < 0) return 1
    return row[scale] >= 0 && row[scale] < Infinity ? row[scale] : typical
  }

  return {
    expand(row) {
      adding = null
      return fill(row)
    },
    admit(row, add) {
      adding = add
      return fill(row)
    },
    divisor: row => Math.max(floor, scaleOf(row)),
    attribute(j, contribution, out) {
      const columns = owners[origins[j]]
      for (const i of columns) out[i] += contribution / columns.length
    },
    save(out) {
      for (const map of known) {
        out.f64s(Float64Array.from(map.keys()))
        out.u32s(Uint32Array.from(map.values()))
      }
    },
  }
}

function indicesOf(columns: readonly Column[], kind: Column['kind']): number[] {
  return columns.flatMap((column, i) => (column.kind === kind ? [i] : []))
}
