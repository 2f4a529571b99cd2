import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Cells } from './cells.ts'
import { addRising, type Compound, compoundOf, type Rising, risingOf } from './compound.ts'
import type { GroupStatistics } from './group-statistics.ts'
import { type MixtureSums, reserve } from './mixture-sums.ts'

/** Pseudo-observations with which a class starts from the average of all classes, per multinomial and per Gaussian. */
const PULL = 3
/** A class's variance is at least this part of the variance over all groups. */
const VARIANCE_FLOOR = 0.02

/** The parameters of a mixture of latent classes, as tables of logarithms. */
export interface Mixture {
  readonly components: number
  /** Log share of each class. */
  readonly logShares: Float64Array
  /** Log probability of a cell in a class, at cell * components + class. */
  readonly logCells: Float64Array
  /** Cells that the tables know. */
  readonly cells: number
  /** Per numeric column and class: constant, factor of the sum and factor of the sum of squares in the log density. */
  readonly gaussians: Float64Array
  /** Per numeric column and class the mean; per column the pooled variance within classes. */
  readonly means: Float64Array
  readonly variances: Float64Array
  /** Per block and class how alike the groups of the class are, 0 for plain multinomials. */
  readonly concentrations: Float64Array
  readonly compound: Compound
  readonly rising: Rising
}

/** The parameters that fit expected sums best (the M-step), shrunk a little towards the average of all classes. */
export function maximise(sums: MixtureSums, cells: Cells, concentrations: Float64Array): Mixture {
  const { components } = sums
  reserve(sums, cells.size)
  const logCells = logCellsOf(sums, cells)
  const compound = compoundOf(cells, cells.size, concentrations.length / components)
  return {
    components,
    logShares: logSharesOf(sums),
    logCells,
    cells: cells.size,
    concentrations,
    compound,
    rising: risingOf(compound, components, logCells, concentrations),
    ...gaussiansOf(sums, cells.numerics),
  }
}

/** Log joint probability of a group's statistics and each class, into `out`. */
export function logJoint(mixture: Mixture, group: GroupStatistics, out: Float64Array): void {
  const { components, logShares, logCells, cells, gaussians, compound, rising } = mixture
  const { slotOf, memberOf, cellSlots, totals } = compound
  for (let k = 0; k < components; k++) out[k] = logShares[k]
  for (let i = 0; i < group.used; i++) {
    // Cells younger than the tables say nothing yet.
    if (group.cells[i] >= cells) continue
    const at = group.cells[i] * components
    const count = group.counts[i]
    const slot = slotOf[group.cells[i]]
    if (slot >= 0) {
      addRising(rising, slot, count, 1, out)
      totals[memberOf[slot]] += count
    } else {
      for (let k = 0; k < components; k++) out[k] += count * logCells[at + k]
    }
  }
  for (let b = 0; b < totals.length; b++) {
    if (totals[b] > 0) addRising(rising, cellSlots + b, totals[b], -1, out)
    totals[b] = 0
  }
  for (let j = 0; 3 * j < group.sums.length; j++) {
    const n = group.sums[3 * j]
    if (n === 0) continue
    const sum = group.sums[3 * j + 1]
    const squares = group.sums[3 * j + 2]
    for (let k = 0; k < components; k++) {
      const at = 3 * (j * components + k)
      out[k] += n * gaussians[at] + sum * gaussians[at + 1] + squares * gaussians[at + 2]
    }
  }
}

/** Turns log joint probabilities into posteriors in place; returns their log sum. */
export function normalise(logs: Float64Array): number {
  let highest = -Infinity
  for (let k = 0; k < logs.length; k++) if (logs[k] > highest) highest = logs[k]
  let total = 0
  for (let k = 0; k < logs.length; k++) {
    logs[k] = Math.exp(logs[k] - highest)
    total += logs[k]
  }
  for (let k = 0; k < logs.length; k++) logs[k] /= total
  return highest + Math.log(total)
}

function logSharesOf({ components, groups }: MixtureSums): Float64Array {
  let total = 0
  for (let k = 0; k < components; k++) total += Math.max(0, groups[k]) + 1
  return Float64Array.from(groups, weight => Math.log((Math.max(0, weight) + 1) / total))
}

function logCellsOf({ components, counts }: MixtureSums, cells: Cells): Float64Array {
  const { size, blocks } = cells
  const totals = new Float64Array(blocks * components)
  const pooled = new Float64Array(size)
  const pooledTotals = new Float64Array(blocks)
  for (let cell = 0; cell < size; cell++) {
    const block = cells.blockOf(cell)
    for (let k = 0; k < components; k++) {
      // Sums that groups leave again may end a hair below zero.
      const count = Math.max(0, counts[cell * components + k])
      totals[block * components + k] += count
      pooled[cell] += count
    }
    pooled[cell] += 0.5
    pooledTotals[block] += pooled[cell]
  }
  const logs = new Float64Array(size * components)
  for (let cell = 0; cell < size; cell++) {
    const block = cells.blockOf(cell)
    const pull = (PULL * pooled[cell]) / pooledTotals[block]
    for (let k = 0; k < components; k++) {
      const at = cell * components + k
      logs[at] = Math.log((Math.max(0, counts[at]) + pull) / (totals[block * components + k] + PULL))
    }
  }
  return logs
}

function gaussiansOf(
  { components, moments }: MixtureSums,
  numerics: number,
): Pick<Mixture, 'gaussians' | 'means' | 'variances'> {
  const gaussians = new Float64Array(3 * numerics * components)
  const means = new Float64Array(numerics * components)
  const variances = new Float64Array(numerics).fill(1)
  for (let j = 0; j < numerics; j++) {
    let n = 0
    let sum = 0
    let squares = 0
    for (let k = 0; k < components; k++) {
      const at = 3 * (j * components + k)
      n += moments[at]
      sum += moments[at + 1]
      squares += moments[at + 2]
    }
    if (!(n > 0)) continue
    const mean = sum / n
    const spread = Math.max(squares / n - mean * mean, 1e-12 * (1 + mean * mean))
    let within = 0
    for (let k = 0; k < components; k++) {
      const at = 3 * (j * components + k)
      const weight = Math.max(0, moments[at]) + PULL
      const own = (moments[at + 1] + PULL * mean) / weight
      const second = (moments[at + 2] + PULL * (spread + mean * mean)) / weight
      const variance = Math.max(second - own * own, VARIANCE_FLOOR * spread)
      means[j * components + k] = own
      gaussians[at] = -0.5 * (Math.log(2 * Math.PI * variance) + (own * own) / variance)
      gaussians[at + 1] = own / variance
      gaussians[at + 2] = -0.5 / variance
      within += (moments[at] * variance) / n
    }
    variances[j] = within > 0 ? within : spread
  }
  return { gaussians, means, variances }
}

export function saveMixture(out: StateWriter, mixture: Mixture): void {
  out.u32(mixture.components)
  out.u32(mixture.cells)
  out.f64s(mixture.logShares)
  out.f64s(mixture.logCells)
  out.f64s(mixture.gaussians)
  out.f64s(mixture.means)
  out.f64s(mixture.variances)
  out.f64s(mixture.concentrations)
}

export function loadMixture(input: StateReader, source: Cells): Mixture {
  const { numerics } = source
  const components = input.u32()
  const cells = input.u32()
  const tables = {
    components,
    cells,
    logShares: input.f64s(components),
    logCells: input.f64s(cells * components),
    gaussians: input.f64s(3 * numerics * components),
    means: input.f64s(numerics * components),
    variances: input.f64s(numerics),
  }
  // Until classes are chosen anew, those of the first format go on as plain multinomials.
  const concentrations = source.version === 1 ? new Float64Array(0) : input.f64s()
  if (cells > source.size || concentrations.length % components !== 0) {
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `A mixture of ${components} classes over ${cells} cells has ${concentrations.length} concentrations, and there are ${source.size} cells.`,
    )
  }
  const compound = compoundOf(source, cells, concentrations.length / components)
  const rising = risingOf(compound, components, tables.logCells, concentrations)
  return { ...tables, concentrations, compound, rising }
}
