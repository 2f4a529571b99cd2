import { CELL, LOG_SPREAD, leafWeight, type LeafPool, MEAN, SPREAD } from './leaf-pool.ts'
import { weightOfCode } from './nominal-counts.ts'

const HALF_LOG_TAU = 0.5 * Math.log(2 * Math.PI)
/** As unlikely as one value can be; keeps sums finite. */
const MIN_TERM = -1e6

/**
 * Naive Bayes at an active leaf: fills `votes[c]` with the log-likelihood of every class of the leaf and returns
 * whether there is any weight to go by. A Gaussian without variance and a category never seen with a class say
 * nothing, and a class without weight votes 0, as in River; `repaired` smooths the latter and rules out the former.
 */
export function bayesVotes(
  pool: LeafPool,
  leaf: number,
  row: Float64Array,
  votes: Float64Array,
  repaired: boolean,
): boolean {
  const total = leafWeight(pool, leaf)
  if (!(total > 0)) return false
  const { weights, order, classes, slots, slotColumn, cells, nominal } = pool
  const at = leaf * classes
  const seen = pool.seen[leaf]
  const block = pool.block[leaf]
  const first = block * slots
  const end = first + pool.slotCount[block]
  for (let i = 0; i < seen; i++) {
    const label = order[at + i]
    const weight = weights[at + label]
    if (!(weight > 0)) {
      votes[label] = repaired ? -Infinity : 0
      continue
    }
    let vote = Math.log(weight / total)
    for (let slot = first; slot < end; slot++) {
      const x = row[slotColumn[slot]]
      if (Number.isNaN(x)) continue
      const counts = nominal[slot]
      if (counts === null) {
        const cell = (slot * classes + label) * CELL
        const spread = cells[cell + SPREAD]
        if (spread === 0) continue
        const away = x - cells[cell + MEAN]
        const term = (away * away) / spread - HALF_LOG_TAU - cells[cell + LOG_SPREAD]
        if (term > MIN_TERM) vote += term
        else if (repaired) vote += MIN_TERM
        else if (term > -Infinity) vote += term
      } else {
        const count = weightOfCode(counts, x, label)
        if (repaired) vote += Math.log((count + 1) / (counts.totals[label] + counts.index.count + 1))
        else if (count > 0) vote += Math.log(count / counts.totals[label])
      }
    }
    votes[label] = vote
  }
  return true
}

/** Turns log-likelihoods into probabilities that sum to one. */
export function normaliseVotes(pool: LeafPool, leaf: number, votes: Float64Array): void {
  const at = leaf * pool.classes
  const seen = pool.seen[leaf]
  const order = pool.order
  let most = -Infinity
  for (let i = 0; i < seen; i++) if (votes[order[at + i]] > most) most = votes[order[at + i]]
  let sum = 0
  for (let i = 0; i < seen; i++) sum += Math.exp(votes[order[at + i]] - most)
  const evidence = most + Math.log(sum)
  for (let i = 0; i < seen; i++) votes[order[at + i]] = Math.exp(votes[order[at + i]] - evidence)
}

/** The class with the largest value, the first seen at the leaf among equals. */
export function leadingClass(pool: LeafPool, leaf: number, values: Float64Array, from: number): number {
  const at = leaf * pool.classes
  let best = pool.order[at]
  for (let i = 1; i < pool.seen[leaf]; i++) {
    const label = pool.order[at + i]
    if (values[from + label] > values[from + best]) best = label
  }
  return best
}
