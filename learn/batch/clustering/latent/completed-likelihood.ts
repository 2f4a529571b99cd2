import type { ClassFit } from './improve.ts'
import { compoundGains } from './compound-gains.ts'
import type { Layout } from './layout.ts'

/**
 * Integrated completed likelihood (Biernacki, Celeux and Govaert 2000): BIC less the entropy of the posteriors, so
 * that a class must both explain and be told apart. A multinomial or Gaussian that tells the classes apart by less
 * than its parameters cost could as well be shared by all classes, so it costs no more than it gains (variable
 * selection as in Raftery and Dean 2006): columns of noise neither help nor hinder another class. Higher is better.
 */
export function completedLikelihood(fit: ClassFit, layout: Layout, groups: number): number {
  const { k } = fit.tables
  // Per class and parameter.
  const price = 0.5 * Math.log(groups)
  const free = freeParameters(fit, layout)
  let cost = price * (k - 1)
  const gains = blockGains(fit, layout)
  compoundGains(fit, layout).forEach((gain, index) => {
    const block = layout.blockOf[layout.compounds[index].first]
    gains[block] = gain
    // Its concentration.
    free[block] += 1
  })
  gains.forEach((gain, block) => {
    cost += Math.min(gain, price * free[block] * (k - 1))
  })
  for (const gain of gaussianGains(fit)) cost += Math.min(gain, price * 2 * (k - 1))
  return fit.logLikelihood - fit.entropy - cost
}

/** Per block, one less than the cells that occur. */
function freeParameters(
  { tables: { k }, sums: { counts } }: ClassFit,
  { cells, blocks, blockOf }: Layout,
): Float64Array {
  const free = new Float64Array(blocks).fill(-1)
  for (let cell = 0; cell < cells; cell++) {
    let pooled = 0
    for (let c = 0; c < k; c++) pooled += counts[cell * k + c]
    if (pooled > 0) free[blockOf[cell]] += 1
  }
  return free.map(count => Math.max(0, count))
}

/** Per block, the expected log likelihood gained by giving each class probabilities of its own. */
function blockGains({ tables, sums }: ClassFit, { cells, blocks, blockOf }: Layout): Float64Array {
  const { k, logCells } = tables
  const gains = new Float64Array(blocks)
  const totals = new Float64Array(blocks)
  for (let cell = 0; cell < cells; cell++) {
    const block = blockOf[cell]
    let pooled = 0
    for (let c = 0; c < k; c++) {
      const count = sums.counts[cell * k + c]
      pooled += count
      gains[block] += count * logCells[cell * k + c]
    }
    if (pooled > 0) gains[block] -= pooled * Math.log(pooled)
    totals[block] += pooled
  }
  return gains.map((gain, block) =>
    Math.max(0, gain + (totals[block] > 0 ? totals[block] * Math.log(totals[block]) : 0)),
  )
}

/** The same per numeric column, from the variance within classes and over all. */
function gaussianGains({ tables: { k, gaussians }, sums }: ClassFit): Float64Array {
  return Float64Array.from({ length: gaussians.length / (3 * k) }, (_, j) => {
    let [n, sum, squares, own] = [0, 0, 0, 0]
    for (let at = 3 * j * k; at < 3 * (j + 1) * k; at += 3) {
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
