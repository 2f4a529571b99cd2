import type { ClassSums } from './class-sums.ts'
import { addRising, fitConcentrations, type Rising, risingOf } from './compound.ts'
import type { GroupCounts } from './group-counts.ts'
import type { Layout } from './layout.ts'

/** Pseudo-observations with which a class starts from the average of all classes, per multinomial and per Gaussian. */
const PULL = 3
/** Added to the count of every cell, so that none is impossible. */
const UNSEEN = 0.5
/** A class's variance is at least this part of the variance over all groups. */
const VARIANCE_FLOOR = 0.02

/** The parameters of a mixture of latent classes, as tables of logarithms. */
export interface ClassTables {
  readonly k: number
  readonly logShares: Float64Array
  /** Log probability of a cell in a class, at cell * k + class. */
  readonly logCells: Float64Array
  /** Per numeric column and class: constant, factor of the sum and factor of the sum of squares in the log density. */
  readonly gaussians: Float64Array
  /** Per compound column and class: how alike the groups of a class are. */
  readonly concentrations: Float64Array
  readonly rising: Rising
}

/** The parameters that fit expected sums best (the M-step), shrunk a little towards the average of all classes. */
export function maximise(sums: ClassSums, layout: Layout, before: ClassTables | null): ClassTables {
  const { k, most } = sums
  const logCells = logCellsOf(sums, layout)
  const concentrations = fitConcentrations(sums, layout, logCells, before?.concentrations ?? null)
  return {
    k,
    logShares: logSharesOf(sums),
    logCells,
    gaussians: gaussiansOf(sums),
    concentrations,
    rising: risingOf({ k, layout, logCells, concentrations, most }),
  }
}

/** Log joint probability of a group and each class, into `out`. */
export function logJoint(
  { k, logShares, logCells, gaussians, rising }: ClassTables,
  { slotOf }: Layout,
  data: GroupCounts,
  group: number,
  out: Float64Array,
): void {
  for (let c = 0; c < k; c++) out[c] = logShares[c]
  for (let i = data.starts[group]; i < data.starts[group + 1]; i++) {
    const at = data.cells[i] * k
    const count = data.counts[i]
    const slot = slotOf[data.cells[i]]
    if (slot < 0) for (let c = 0; c < k; c++) out[c] += count * logCells[at + c]
    else addRising(rising, slot, count, out)
  }
  const numerics = gaussians.length / (3 * k)
  for (let j = 0; j < numerics; j++) {
    const from = 3 * (group * numerics + j)
    const n = data.moments[from]
    if (n === 0) continue
    const sum = data.moments[from + 1]
    const squares = data.moments[from + 2]
    for (let c = 0; c < k; c++) {
      const at = 3 * (j * k + c)
      out[c] += n * gaussians[at] + sum * gaussians[at + 1] + squares * gaussians[at + 2]
    }
  }
}

/** Turns log joint probabilities into posteriors in place; returns their log sum. */
export function normalise(logs: Float64Array): number {
  let highest = -Infinity
  for (let c = 0; c < logs.length; c++) if (logs[c] > highest) highest = logs[c]
  let total = 0
  for (let c = 0; c < logs.length; c++) {
    logs[c] = Math.exp(logs[c] - highest)
    total += logs[c]
  }
  for (let c = 0; c < logs.length; c++) logs[c] /= total
  return highest + Math.log(total)
}

function logSharesOf({ groups }: ClassSums): Float64Array {
  let total = 0
  for (const weight of groups) total += weight + 1
  return groups.map(weight => Math.log((weight + 1) / total))
}

function logCellsOf({ k, counts }: ClassSums, { cells, blocks, blockOf }: Layout): Float64Array {
  const totals = new Float64Array(blocks * k)
  const pooled = new Float64Array(cells)
  const pooledTotals = new Float64Array(blocks)
  for (let cell = 0; cell < cells; cell++) {
    const block = blockOf[cell]
    for (let c = 0; c < k; c++) {
      totals[block * k + c] += counts[cell * k + c]
      pooled[cell] += counts[cell * k + c]
    }
    pooled[cell] += UNSEEN
    pooledTotals[block] += pooled[cell]
  }
  return counts.map((count, at) => {
    const cell = Math.floor(at / k)
    const block = blockOf[cell]
    // What no group has says nothing about the class, such as categories unknown at training.
    if (pooled[cell] === UNSEEN) return Math.log(UNSEEN / pooledTotals[block])
    const pull = (PULL * pooled[cell]) / pooledTotals[block]
    return Math.log((count + pull) / (totals[block * k + (at % k)] + PULL))
  })
}

function gaussiansOf({ k, moments }: ClassSums): Float64Array {
  const gaussians = new Float64Array(moments.length)
  for (let first = 0; first < moments.length; first += 3 * k) {
    let [n, sum, squares] = [0, 0, 0]
    for (let at = first; at < first + 3 * k; at += 3) {
      n += moments[at]
      sum += moments[at + 1]
      squares += moments[at + 2]
    }
    if (!(n > 0)) continue
    const mean = sum / n
    // Standardised: the whole has a variance of one, or none at all.
    const spread = Math.max(squares / n - mean * mean, 1e-12)
    for (let at = first; at < first + 3 * k; at += 3) {
      const weight = moments[at] + PULL
      const own = (moments[at + 1] + PULL * mean) / weight
      const second = (moments[at + 2] + PULL * (spread + mean * mean)) / weight
      const variance = Math.max(second - own * own, VARIANCE_FLOOR * spread)
      gaussians[at] = -0.5 * (Math.log(2 * Math.PI * variance) + (own * own) / variance)
      gaussians[at + 1] = own / variance
      gaussians[at + 2] = -0.5 / variance
    }
  }
  return gaussians
}
