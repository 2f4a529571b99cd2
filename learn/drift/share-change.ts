import { BLOCK, BUCKETS, type CountBuckets, RING, ROWS } from './count-buckets.ts'
import { binaryEvidence, logOddsRatio, meanEvidence } from './evidence.ts'

/** Values before a cut that make a baseline. */
const BASELINE = 400

export interface ShareChangeOptions {
  /** Nats that a single test would have to exceed; each of several has to exceed more. */
  threshold: number
  /** Of ordered bins: their mean is tested too, and gets half of the errors that may be made. */
  scores?: Float64Array | null
  /** Tests the share at or above each bin, not of each: for ordered bins of which some are rare. */
  cumulative?: boolean
  /** Odds ratio that a change of a share must have to matter; of a mean, as standard deviations: its logarithm / 2. */
  relevance?: number
}

/**
 * Finds a change in the shares of a few bins: generalised likelihood ratio of two samples at every cut between
 * buckets, for each bin against the rest and, with `scores`, for the mean score. The baseline is all that came before
 * the cut, so that nothing need be known of it (Maillard 2019, "Sequential change-point detection: Laplace
 * concentration of scan statistics"; Besson and Kaufmann 2019). Pearson's statistic, which is never below the
 * likelihood ratio in nats, is a screen without logarithms.
 */
export class ShareChange {
  readonly #buckets: CountBuckets
  readonly #scores: Float64Array | null
  readonly #cumulative: boolean
  readonly #relevance: number
  readonly #shareThreshold: number
  readonly #meanThreshold: number
  readonly #suffix: Float64Array
  readonly #inverse: Float64Array
  #component = -1
  #evidence = 0
  #after = 0

  constructor(
    buckets: CountBuckets,
    { threshold, scores = null, cumulative = false, relevance = 1 }: ShareChangeOptions,
  ) {
    const { bins } = buckets
    this.#buckets = buckets
    this.#scores = scores
    this.#cumulative = cumulative
    this.#relevance = Math.log(relevance)
    const tests = bins === 2 || cumulative ? bins - 1 : bins
    this.#shareThreshold = threshold + Math.log(scores ? 2 * tests : tests)
    this.#meanThreshold = threshold + Math.log(2)
    this.#suffix = new Float64Array(bins)
    this.#inverse = new Float64Array(bins)
  }

  /** Of the change found last: its bin, with `cumulative` that and those above, or -1 for the mean of scores. */
  get component(): number {
    return this.#component
  }

  /** Its evidence in nats. */
  get evidence(): number {
    return this.#evidence
  }

  /** What that had to exceed. */
  get threshold(): number {
    return this.#component < 0 ? this.#meanThreshold : this.#shareThreshold
  }

  /** Values since. */
  get after(): number {
    return this.#after
  }

  /** Call whenever a block is complete: near cuts are looked at every time, far ones as seldom as their distance allows. */
  search(): boolean {
    const { n, bins, stride, values, heads, counts, totals, blocks } = this.#buckets
    if (n <= BASELINE) return false
    const suffix = this.#suffix.fill(0)
    const inverse = this.#inverse
    for (let j = 0; j < bins; j++) inverse[j] = totals[j] > 0 ? 1 / totals[j] : 0
    const least = this.#scores ? Math.min(this.#meanThreshold, this.#shareThreshold) : this.#shareThreshold
    const rows = Math.min(ROWS, 1 + trailingZeros(blocks))
    let after = 0
    this.#evidence = 0
    for (let row = 0; row < rows; row++) {
      const size = BLOCK * 2 ** row
      const first = row * RING * stride
      let place = (heads[row] + counts[row]) % RING
      for (let i = 0; i < counts[row]; i++) {
        place = place === 0 ? BUCKETS : place - 1
        after += size
        const before = n - after
        if (before < BASELINE) return this.#evidence > 0
        const slot = first + place * stride
        let pearson = 0
        for (let j = 0; j < bins; j++) {
          const sum = suffix[j] + values[slot + j]
          suffix[j] = sum
          pearson += sum * sum * inverse[j]
        }
        // Σ (observed - expected)² / expected over both samples, simplified.
        if (n * (pearson * n - after * after) > least * before * after) this.#weigh(after)
      }
    }
    return this.#evidence > 0
  }

  #weigh(after: number): void {
    const { n, bins, totals } = this.#buckets
    const before = n - after
    const threshold = this.#shareThreshold
    const scale = n ** 3 / (after * before)
    // The lowest of two, or of a cumulative row, is what the others leave.
    const last = bins === 2 || this.#cumulative ? 1 : 0
    let a = 0
    let b = 0
    for (let j = bins - 1; j >= last; j--) {
      const inside = this.#suffix[j]
      a = (this.#cumulative ? a : 0) + totals[j] - inside
      b = (this.#cumulative ? b : 0) + inside
      const off = b - ((a + b) * after) / n
      // The screen again; also false for a bin that is empty or holds everything, where it is not a number.
      if (!((off * off * scale) / ((a + b) * (n - a - b)) > threshold)) continue
      const evidence = binaryEvidence(a, before, b, after)
      if (evidence <= threshold || logOddsRatio(a, before, b, after) < this.#relevance) continue
      this.#keep(j, evidence, after)
    }
    if (!this.#scores) return
    const { evidence, distance } = meanEvidence(this.#scores, totals, this.#suffix, n, after)
    if (evidence > this.#meanThreshold && distance >= this.#relevance / 2) this.#keep(-1, evidence, after)
  }

  #keep(component: number, evidence: number, after: number): void {
    if (evidence <= this.#evidence) return
    this.#component = component
    this.#evidence = evidence
    this.#after = after
  }
}

function trailingZeros(n: number): number {
  return 31 - Math.clz32(n & -n)
}
