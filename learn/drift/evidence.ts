/** Log likelihood ratio in nats of two rates against one: `a` of `n` before, `b` of `m` after. */
export function binaryEvidence(a: number, n: number, b: number, m: number): number {
  const total = a + b
  const size = n + m
  return binomial(a, n) + binomial(b, m) - binomial(total, size)
}

/**
 * Log likelihood ratio in nats of two means against one, normal with a common variance, of scores whose counts are
 * `totals` over all `n` values and `suffix` over the last `after`; with the distance in standard deviations.
 */
export function meanEvidence(
  scores: Float64Array,
  totals: Float64Array,
  suffix: Float64Array,
  n: number,
  after: number,
): { evidence: number; distance: number } {
  let [sum, squares, sumAfter] = [0, 0, 0]
  for (let j = 0; j < scores.length; j++) {
    sum += totals[j] * scores[j]
    squares += totals[j] * scores[j] * scores[j]
    sumAfter += suffix[j] * scores[j]
  }
  const spread = squares - (sum * sum) / n
  if (!(spread > 0)) return { evidence: 0, distance: 0 }
  const apart = sumAfter - (sum * after) / n
  const explained = (apart * apart * n) / (after * (n - after) * spread)
  const distance = (Math.abs(apart) * n) / (after * (n - after)) / Math.sqrt(spread / n)
  return { evidence: -0.5 * n * Math.log(Math.max(1e-300, 1 - explained)), distance }
}

/** Largest log likelihood of `k` successes in `n` trials. */
function binomial(k: number, n: number): number {
  if (k <= 0 || k >= n) return 0
  return k * Math.log(k / n) + (n - k) * Math.log(1 - k / n)
}

/** Size of the change from `a` of `n` to `b` of `m`, with half a count added so that it is finite. */
export function logOddsRatio(a: number, n: number, b: number, m: number): number {
  return Math.abs(Math.log(((b + 0.5) * (n - a + 0.5)) / ((m - b + 0.5) * (a + 0.5))))
}
