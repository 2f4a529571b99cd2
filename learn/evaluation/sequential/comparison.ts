import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { LongRunMoments } from './long-run-moments.ts'
import { skewedBound, unskewed } from './skew-correction.ts'

/** Events over which differences may depend on each other, where nothing is declared. */
const LAG = 2048
/** Nothing is decided before this many lags: fewer stretches do not tell a gain from a regime that will turn. */
const LAGS = 16
/** The interval is narrowest, for its probability, after about this many lags. */
const NARROWEST_LAGS = 12
/** Beyond it exp overflows; differences that are all alike have no variance to divide by. */
const MOST_LOG_E = 700

export interface ComparisonOptions {
  /** Probability of any wrong decision, ever, over all challengers together. */
  alpha?: number
  /** Differences are clipped to [-bound, bound], in the unit of the loss. Default: not at all. */
  bound?: number
  /**
   * Events over which differences may depend on each other, or favour one side before they turn. Nothing is decided
   * before sixteen times as many. Default 2048.
   */
  lag?: number
  /** Challengers that are compared with this champion at the same time: each gets its share of `alpha`. */
  challengers?: number
}

export interface ComparisonValue {
  /** Pairs of losses compared, and those left out because one of them was no finite number. */
  n: number
  skipped: number
  /** Mean of the champion's minus the challenger's loss: positive when the challenger is better. */
  meanDifference: number
  /** Bounds of the mean difference that hold at all n at once; infinite before sixteen lags. */
  lower: number
  upper: number
  /** Evidence against equal losses, 1 before sixteen lags; a decision falls when it reaches `wanted`. */
  eValue: number
  logE: number
  /** challengers / alpha. */
  wanted: number
  /** Who has the smaller loss: the first decision stays. */
  decided: Winner | null
  /** n at the decision. */
  decidedAt: number | null
}

export type Winner = 'CHALLENGER' | 'CHAMPION'

export interface Comparison {
  /** Losses of both for the same event, once its label is mature. Constant work, no allocation. */
  update(championLoss: number, challengerLoss: number): void
  value(): ComparisonValue
  save(out: StateWriter): void
}

/**
 * Which of two forecasters has the smaller mean loss, tested while they run: looking after every event costs nothing.
 * The e-process is a normal mixture over possible gains, and its inversion the confidence sequence. Its variance is
 * the long-run one, so that dependent differences and regimes that cancel do not pass for a gain; skewed differences
 * (rare, large losses) are corrected for. It is asymptotic, hence the wait. What comes in stretches longer than about
 * twelve lags, such as a first day of 30,000 events before the first night, cannot be told from a lasting gain:
 * declare a longer `lag` then.
 *
 * Choe and Ramdas 2023, "Comparing sequential forecasters"; Howard, Ramdas, McAuliffe and Sekhon 2021, "Time-uniform,
 * nonparametric, nonasymptotic confidence sequences"; Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024,
 * "Time-uniform central limit theory and asymptotic confidence sequences"; e-Bonferroni: Vovk and Wang 2021.
 * @throws Error with code `INVALID_PARAMETER`.
 */
export function createComparison(options: ComparisonOptions = {}): Comparison {
  const { alpha = 0.05, bound = Infinity, lag = LAG, challengers = 1 } = options
  demand(alpha > 0 && alpha < 1, 'alpha', alpha, 'a number between 0 and 1')
  demand(bound > 0, 'bound', bound, 'a positive number')
  demand(Number.isSafeInteger(lag) && lag >= 1, 'lag', lag, 'a whole number from 1')
  demand(
    Number.isSafeInteger(challengers) && challengers >= 1,
    'challengers',
    challengers,
    'a whole number from 1',
  )
  return new Tally({ alpha, bound, lag, challengers })
}

/** Continues a comparison that `save` wrote. Throws CHECKPOINT_CORRUPT. */
export function loadComparison(input: StateReader): Comparison {
  const [alpha, bound, lag, challengers] = [input.f64(), input.f64(), input.f64(), input.f64()]
  let tally: Tally
  try {
    tally = createComparison({ alpha, bound, lag, challengers }) as Tally
  } catch (error) {
    throw codedError('CHECKPOINT_CORRUPT', (error as Error).message)
  }
  tally.load(input)
  return tally
}

class Tally implements Comparison {
  readonly #options: Required<ComparisonOptions>
  readonly #logWanted: number
  readonly #narrowest: number
  /** The variance is measured anew after this many events. */
  readonly #stride: number
  readonly #moments = new LongRunMoments()
  #variance = Infinity
  #skewness = 0
  #skipped = 0
  #decidedAt = 0
  #winner: Winner | null = null

  constructor(options: Required<ComparisonOptions>) {
    this.#options = options
    this.#logWanted = Math.log(options.challengers / options.alpha)
    this.#narrowest = NARROWEST_LAGS * options.lag
    this.#stride = Math.max(1, Math.floor(options.lag / 16))
  }

  update(championLoss: number, challengerLoss: number): void {
    const { bound, lag } = this.#options
    // Equal infinite losses, too, say nothing.
    const difference = championLoss - challengerLoss
    if (!Number.isFinite(difference)) {
      this.#skipped += 1
      return
    }
    const moments = this.#moments
    moments.update(Math.min(bound, Math.max(-bound, difference)))
    if (moments.n < LAGS * lag) return
    if (moments.n % this.#stride === 0) this.#measure()
    if (this.#winner !== null || this.#logE() < this.#logWanted) return
    this.#winner = moments.mean > 0 ? 'CHALLENGER' : 'CHAMPION'
    this.#decidedAt = moments.n
  }

  value(): ComparisonValue {
    const { n, mean } = this.#moments
    const logE = this.#logE()
    const standardError = Math.sqrt(this.#variance / n)
    const bound = this.#bound()
    const isKnown = n > 0 && this.#variance < Infinity
    return {
      n,
      skipped: this.#skipped,
      meanDifference: mean,
      lower: isKnown ? mean - standardError * skewedBound(bound, Math.min(0, this.#skewness)) : -Infinity,
      upper: isKnown ? mean + standardError * skewedBound(bound, -Math.max(0, this.#skewness)) : Infinity,
      eValue: Math.exp(logE),
      logE,
      wanted: this.#options.challengers / this.#options.alpha,
      decided: this.#winner,
      decidedAt: this.#winner === null ? null : this.#decidedAt,
    }
  }

  save(out: StateWriter): void {
    const { alpha, bound, lag, challengers } = this.#options
    for (const value of [alpha, bound, lag, challengers]) out.f64(value)
    for (const value of [this.#variance, this.#skewness, this.#skipped, this.#decidedAt]) out.f64(value)
    out.u8(this.#winner === null ? 0 : this.#winner === 'CHALLENGER' ? 1 : 2)
    this.#moments.save(out)
  }

  load(input: StateReader): void {
    this.#variance = input.f64()
    this.#skewness = input.f64()
    this.#skipped = input.f64()
    this.#decidedAt = input.f64()
    const winner = input.u8()
    if (winner > 2 || !(this.#variance >= 0) || !Number.isFinite(this.#skewness)) {
      throw codedError(
        'CHECKPOINT_CORRUPT',
        `A comparison has the winner ${winner} and the variance ${this.#variance}, wanted 0 to 2 and no less than 0.`,
      )
    }
    this.#winner = winner === 0 ? null : winner === 1 ? 'CHALLENGER' : 'CHAMPION'
    this.#moments.load(input)
  }

  #measure(): void {
    this.#variance = this.#moments.variance()
    this.#skewness = this.#moments.skewness()
  }

  /** ln of the likelihood ratio of the standardised sum, mixed over gains of variance 1 / narrowest. */
  #logE(): number {
    const { n, mean } = this.#moments
    if (n === 0 || this.#variance === Infinity || mean === 0) return 0
    if (this.#variance === 0) return MOST_LOG_E
    // Skewness counts only where it makes chance look like a gain.
    const adverse = Math.min(0, mean > 0 ? this.#skewness : -this.#skewness)
    const z = Math.max(0, unskewed(Math.abs(mean) / Math.sqrt(this.#variance / n), adverse))
    const total = n + this.#narrowest
    return Math.min(MOST_LOG_E, (0.5 * z * z * n) / total - 0.5 * Math.log(total / this.#narrowest))
  }

  /** Standardised mean at which the e-value is what is wanted. */
  #bound(): number {
    const { n } = this.#moments
    const total = n + this.#narrowest
    return Math.sqrt((total / n) * (2 * this.#logWanted + Math.log(total / this.#narrowest)))
  }
}

function demand(holds: boolean, name: string, given: number, wanted: string): void {
  if (holds) return
  throw codedError('INVALID_PARAMETER', `The ${name} of a comparison is ${given}, wanted ${wanted}.`)
}
