import type { Cells } from './cells.ts'
import { compoundLikelihoods, fitConcentrations, risingOf } from './compound.ts'
import type { Fit } from './fit-mixture.ts'

/** Fixed-point steps come in fours. */
const ROUNDS = 10

/**
 * Integrated completed likelihood (Biernacki, Celeux and Govaert 2000): BIC less the entropy of the posteriors, so
 * that a class must both explain and be told apart. A multinomial or Gaussian that tells the classes apart by less
 * than its parameters cost could as well be shared by all classes, so it costs no more than it gains (variable
 * selection as in Raftery and Dean 2006): columns of noise neither help nor hinder another class. Higher is better. The
 * groups of the fit may stand for more than they are: parameters then cost what they would with all.
 */
export function completedLikelihood(
  fit: Fit,
  cells: Cells,
  groups: number,
  represented: number = groups,
): number {
  const { components } = fit.mixture
  const scale = represented / groups
  // Per class and parameter.
  const price = 0.5 * Math.log(represented)
  const free = freeParameters(cells)
  let cost = price * (components - 1)
  const gains = blockGains(fit, cells)
  compoundGains(fit, cells).forEach((gain, b) => {
    const block = fit.compound.blocks[b]
    gains[block] = gain
    // Its concentration.
    free[block] += 1
  })
  gains.forEach((gain, block) => {
    cost += Math.min(scale * gain, price * free[block] * (components - 1))
  })
  for (const gain of gaussianGains(fit, cells)) cost += Math.min(scale * gain, price * 2 * (components - 1))
  return scale * (fit.logLikelihood - fit.entropy) - cost
}

/** Per block, one less than its cells. */
function freeParameters(cells: Cells): Float64Array {
  const free = new Float64Array(cells.blocks).fill(-1)
  for (let cell = 0; cell < cells.size; cell++) free[cells.blockOf(cell)] += 1
  return free
}

/** Per block, the expected log likelihood gained by giving each class probabilities of its own. */
function blockGains({ mixture, sums }: Fit, cells: Cells): Float64Array {
  const { components, logCells } = mixture
  const gains = new Float64Array(cells.blocks)
  const totals = new Float64Array(cells.blocks)
  for (let cell = 0; cell < cells.size; cell++) {
    const block = cells.blockOf(cell)
    let pooled = 0
    for (let k = 0; k < components; k++) {
      const count = sums.counts[cell * components + k]
      pooled += count
      gains[block] += count * logCells[cell * components + k]
    }
    if (pooled > 0) gains[block] -= pooled * Math.log(pooled)
    totals[block] += pooled
  }
  return gains.map((gain, block) =>
    Math.max(0, gain + (totals[block] > 0 ? totals[block] * Math.log(totals[block]) : 0)),
  )
}

/** The same per compound block, whose classes have concentrations of their own too. */
function compoundGains({ mixture, sums, compound, histogram }: Fit, cells: Cells): Float64Array {
  const { components } = mixture
  if (components === 1) return new Float64Array(compound.blocks.length)
  const own = compoundLikelihoods(compound, histogram, components, mixture.rising)
  const shared = together(sums.counts.subarray(0, cells.size * components), components)
  const whole = together(histogram, components)
  const totals = new Float64Array(cells.blocks)
  shared.forEach((count, cell) => {
    totals[cells.blockOf(cell)] += count + 0.5
  })
  const logs = shared.map((count, cell) => Math.log((count + 0.5) / totals[cells.blockOf(cell)]))
  let common: Float64Array | null = null
  for (let round = 0; round < ROUNDS; round++) {
    common = fitConcentrations(compound, whole, 1, logs, common, cells.blocks)
  }
  const rising = risingOf(compound, 1, logs, common as Float64Array)
  const alike = compoundLikelihoods(compound, whole, 1, rising)
  return own.map((likelihood, b) => Math.max(0, likelihood - alike[b]))
}

/** The classes as one. */
function together(values: Float64Array, components: number): Float64Array {
  const merged = new Float64Array(values.length / components)
  for (let at = 0; at < values.length; at++) merged[Math.floor(at / components)] += values[at]
  return merged
}

/** The same per numeric column, from the variance within classes and over all. */
function gaussianGains({ mixture, sums }: Fit, cells: Cells): Float64Array {
  const { components, gaussians } = mixture
  return new Float64Array(cells.numerics).map((_, j) => {
    let n = 0
    let sum = 0
    let squares = 0
    let own = 0
    for (let k = 0; k < components; k++) {
      const at = 3 * (j * components + k)
      const [count, first, second] = [sums.moments[at], sums.moments[at + 1], sums.moments[at + 2]]
      own += count * gaussians[at] + first * gaussians[at + 1] + second * gaussians[at + 2]
      n += count
      sum += first
      squares += second
    }
    const variance = squares / n - (sum / n) ** 2
    return variance > 0 ? Math.max(0, own + 0.5 * n * (Math.log(2 * Math.PI * variance) + 1)) : 0
  })
}
