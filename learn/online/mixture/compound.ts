import type { Cells } from './cells.ts'
import type { GroupStatistics } from './group-statistics.ts'

/**
 * Groups of one class may prefer different categories: a customer has favourites. Such a column follows a Dirichlet
 * compound multinomial: a group's probabilities are drawn around those of its class, and the more alike the groups of the
 * class, the higher its concentration (Minka 2000, "Estimating a Dirichlet distribution"). Without that, a class would fall
 * apart into one for each favourite.
 */
export interface Compound {
  /** Per cell its place in the tables, -1 for cells of plain multinomials. */
  readonly slotOf: Int32Array
  /** Per slot of a cell, which of the compound blocks it is in. */
  readonly memberOf: Int32Array
  /** The compound blocks; the slot of the counts of block b together is `cellSlots + b`. */
  readonly blocks: Int32Array
  readonly cellSlots: number
  /** Counts of a group per compound block, all zero between calls. */
  readonly totals: Float64Array
}

/** Counts that have their own entry in the tables; larger ones are approximated. */
const MOST = 16
export const FIRST_CONCENTRATION = 20
/** Beyond, groups are as alike as chance lets them. */
const LARGEST_CONCENTRATION = 10_000
const SMALLEST_CONCENTRATION = 0.05
const STEPS = 4

/** The first `cells` cells of the compound columns. */
export function compoundOf(cells: Cells, size: number, blocks: number): Compound {
  const slotOf = new Int32Array(size).fill(-1)
  const members: number[] = []
  const found: number[] = []
  for (let cell = 0; cell < size; cell++) {
    const block = cells.blockOf(cell)
    if (block >= blocks || !cells.isCompound(block)) continue
    if (!found.includes(block)) found.push(block)
    slotOf[cell] = members.length
    members.push(found.indexOf(block))
  }
  return {
    slotOf,
    memberOf: Int32Array.from(members),
    blocks: Int32Array.from(found),
    cellSlots: members.length,
    totals: new Float64Array(found.length),
  }
}

/** Log of b (b + 1) ... (b + n - 1) with b = p s for a cell, and for a whole block minus that with b = s. */
export interface Rising {
  readonly logs: Float64Array
  readonly bases: Float64Array
}

export function risingOf(
  compound: Compound,
  components: number,
  logCells: Float64Array,
  concentrations: Float64Array,
): Rising {
  const { slotOf, memberOf, blocks, cellSlots } = compound
  const slots = cellSlots + blocks.length
  const bases = new Float64Array(slots * components)
  for (let b = 0; b < blocks.length; b++) {
    for (let k = 0; k < components; k++) {
      bases[(cellSlots + b) * components + k] = concentrations[blocks[b] * components + k]
    }
  }
  for (let cell = 0; cell < slotOf.length; cell++) {
    const slot = slotOf[cell]
    if (slot < 0) continue
    const all = (cellSlots + memberOf[slot]) * components
    for (let k = 0; k < components; k++) {
      bases[slot * components + k] = bases[all + k] * Math.exp(logCells[cell * components + k])
    }
  }
  const logs = new Float64Array(slots * (MOST + 1) * components)
  for (let slot = 0; slot < slots; slot++) {
    const sign = slot < cellSlots ? 1 : -1
    for (let n = 0; n < MOST; n++) {
      const at = (slot * (MOST + 1) + n) * components
      for (let k = 0; k < components; k++) {
        logs[at + components + k] = logs[at + k] + sign * Math.log(bases[slot * components + k] + n)
      }
    }
  }
  return { logs, bases }
}

/** Adds the logarithms of one slot and count to those of the classes. */
export function addRising(
  { logs, bases }: Rising,
  slot: number,
  count: number,
  sign: 1 | -1,
  out: Float64Array,
): void {
  const k = out.length
  const at = (slot * (MOST + 1) + Math.min(count, MOST)) * k
  for (let c = 0; c < k; c++) out[c] += logs[at + c]
  if (count <= MOST) return
  for (let c = 0; c < k; c++) {
    const base = bases[slot * k + c]
    out[c] += sign * (stirling(base + count) - stirling(base + MOST))
  }
}

/** Expected number of groups of each class with each count, at (slot * (MOST + 1) + count) * components + class. */
export function createHistogram({ cellSlots, blocks }: Compound, components: number): Float64Array {
  return new Float64Array((cellSlots + blocks.length) * (MOST + 1) * components)
}

export function addToHistogram(
  histogram: Float64Array,
  { slotOf, memberOf, cellSlots, totals }: Compound,
  group: GroupStatistics,
  posterior: Float64Array,
): void {
  const k = posterior.length
  const add = (slot: number, count: number) => {
    const at = (slot * (MOST + 1) + Math.min(count, MOST)) * k
    for (let c = 0; c < k; c++) histogram[at + c] += posterior[c]
  }
  for (let i = 0; i < group.used; i++) {
    const slot = group.cells[i] < slotOf.length ? slotOf[group.cells[i]] : -1
    if (slot < 0) continue
    add(slot, group.counts[i])
    totals[memberOf[slot]] += group.counts[i]
  }
  for (let b = 0; b < totals.length; b++) {
    if (totals[b] > 0) add(cellSlots + b, totals[b])
    totals[b] = 0
  }
}

/**
 * A few steps of Minka's fixed-point iteration for the concentrations with given means, from those before. At
 * block * components + class; 0 for plain multinomials.
 */
export function fitConcentrations(
  compound: Compound,
  histogram: Float64Array,
  components: number,
  logCells: Float64Array,
  before: Float64Array | null,
  blocks: number,
): Float64Array {
  const result = new Float64Array(blocks * components)
  const { slotOf, memberOf, cellSlots } = compound
  compound.blocks.forEach((block, b) => {
    for (let k = 0; k < components; k++) {
      let all = before?.[block * components + k] || FIRST_CONCENTRATION
      for (let step = 0; step < STEPS; step++) {
        let upper = 0
        for (let cell = 0; cell < slotOf.length; cell++) {
          if (slotOf[cell] < 0 || memberOf[slotOf[cell]] !== b) continue
          const share = Math.exp(logCells[cell * components + k])
          upper += share * harmonicSum(histogram, slotOf[cell], components, k, all * share)
        }
        const lower = harmonicSum(histogram, cellSlots + b, components, k, all)
        if (!(lower > 0)) break
        all = Math.min(LARGEST_CONCENTRATION, Math.max(SMALLEST_CONCENTRATION, (all * upper) / lower))
      }
      result[block * components + k] = all
    }
  })
  return result
}

/** Expected log likelihood of each compound block, from how many groups have each count. */
export function compoundLikelihoods(
  compound: Compound,
  histogram: Float64Array,
  components: number,
  { bases }: Rising,
): Float64Array {
  const { memberOf, cellSlots, blocks } = compound
  const result = new Float64Array(blocks.length)
  for (let slot = 0; slot < cellSlots + blocks.length; slot++) {
    const sign = slot < cellSlots ? 1 : -1
    const b = slot < cellSlots ? memberOf[slot] : slot - cellSlots
    for (let k = 0; k < components; k++) {
      let more = 0
      for (let n = MOST; n > 0; n--) {
        more += histogram[(slot * (MOST + 1) + n) * components + k]
        if (more > 0) result[b] += sign * more * Math.log(bases[slot * components + k] + n - 1)
      }
    }
  }
  return result
}

/** Sum over groups of 1 / base + ... + 1 / (base + n - 1). */
function harmonicSum(
  histogram: Float64Array,
  slot: number,
  components: number,
  k: number,
  base: number,
): number {
  let more = 0
  let sum = 0
  for (let n = MOST; n > 0; n--) {
    more += histogram[(slot * (MOST + 1) + n) * components + k]
    if (more > 0) sum += more / (base + n - 1)
  }
  return sum
}

/** The logarithm of the gamma function but for a constant, good for large arguments. */
function stirling(x: number): number {
  return (x - 0.5) * Math.log(x) - x + 1 / (12 * x)
}
