import type { Cells } from './cells.ts'
import type { Fit } from './fit-mixture.ts'

/**
 * Integrated completed likelihood (Biernacki, Celeux and Govaert 2000): BIC less the entropy of the posteriors, so
 * that a class must both explain and be told apart. A multinomial or Gaussian that tells the classes apart by less
 * than its parameters cost could as well be shared by all classes, so it costs no more than it gains (variable
 * selection as in Raftery and Dean 2006): columns of noise neither help nor hinder another class. Higher is better.
 */
export function completedLikelihood(fit: Fit, cells: Cells, groups: number): number {
  const { components } = fit.mixture
  // Per class and parameter.
  const price = 0.5 * Math.log(groups)
  const free = freeParameters(cells)
  let cost = price * (components - 1)
  blockGains(fit, cells).forEach((gain, block) => {
    cost += Math.min(gain, price * free[block] * (components - 1))
  })
  for (const gain of gaussianGains(fit, cells)) cost += Math.min(gain, price * 2 * (components - 1))
  return fit.logLikelihood - fit.entropy - cost
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
