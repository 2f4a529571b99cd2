import type { BenchResult } from '#bench/bench-result.ts'
import { environment } from '#bench/environment.ts'
import { createComparison } from '#learn/evaluation/sequential/comparison.ts'
import { createRandom, type Random } from '#learn/math/random.ts'
import { logLosses } from './loss-differences.ts'

const RUNS = 1000
const EVENTS = 200_000
/** 50 of 1000 and two standard errors. */
const MOST_PROMOTIONS = 64
const GAIN = 0.001
const GAIN_EVENTS = 50_000
const LEAST_FOUND = 0.8 * RUNS
/** Differences are drawn in stretches of this many, so that what depends stays together. */
const STRETCH = 2500

/** Makes the difference of losses at event i, champion's minus challenger's, of one run. */
type Stream = (random: Random) => (i: number) => number

/** How often is a challenger promoted that is no better, looking after each of 200,000 events, and is a true gain found? */
export async function promotion(): Promise<BenchResult[]> {
  const forests = logLosses(
    [1, 2, 3, 4].map(seed => ({ learner: 'adaptive-random-forest', seed })),
    { count: EVENTS, seed: '1' },
  )
  const seeds = forests.flatMap((first, i) => forests.slice(i + 1).map(second => minus(first, second)))
  const bayes = logLosses(
    [{}, { rate: 0.05 }, { smoothing: 200 }].map(params => ({
      learner: 'weighted-naive-bayes',
      params: { prior: 0.05, ...params },
      seed: 1,
    })),
    { count: EVENTS, seed: '2' },
  ) as [Float64Array, Float64Array, Float64Array]
  const rates = [minus(bayes[0], bayes[1])]
  const smoothings = [minus(bayes[0], bayes[2])]
  const all = [...seeds, ...rates, ...smoothings]
  const nulls: Record<string, Stream> = {
    'forests that differ by their seed': resampled(seeds),
    'differences of autocorrelation .5': autoregressive(0.5),
    'regimes of 1000 events that cancel, .005': regimes(1000, 0.005, all),
    'regimes of 10,000 events that cancel, .005': regimes(10_000, 0.005, all),
    'regimes of 20,000 events that cancel, .001': regimes(20_000, 0.001, all),
  }
  const results = Object.entries(nulls).map(([name, stream]) => {
    const { promotions } = count(stream, EVENTS, name)
    if (promotions > MOST_PROMOTIONS) {
      throw new Error(`${promotions} of ${RUNS} promotions of ${name}, at most ${MOST_PROMOTIONS} wanted.`)
    }
    return result(`promotions without a gain: ${name}`, promotions, `${RUNS} runs of ${EVENTS} events`)
  })
  const gains: Record<string, { series: readonly Float64Array[]; least: number }> = {
    'naive Bayes of two rates': { series: rates, least: LEAST_FOUND },
    'naive Bayes of two smoothings': { series: smoothings, least: LEAST_FOUND },
    // Forests differ by so much from event to event that no test finds it in so few: told, not wanted.
    'forests of two seeds': { series: seeds, least: 0 },
  }
  for (const [name, { series, least }] of Object.entries(gains)) {
    const found = count(shifted(resampled(series), GAIN), GAIN_EVENTS, `gain ${name}`)
    if (found.promotions < least) {
      throw new Error(
        `A gain of ${GAIN}, ${name}, was found in ${found.promotions} of ${RUNS} runs, at least ${least} wanted.`,
      )
    }
    const method = `${RUNS} runs of ${GAIN_EVENTS} events; differences of standard deviation ${deviation(series).toPrecision(2)} nats, plus ${GAIN}`
    results.push(result(`promotions of a gain of ${GAIN} nats: ${name}`, found.promotions, method))
    if (found.promotions > 0) {
      const median = result(`median events to that promotion: ${name}`, found.medianEvents, method)
      results.push({ ...median, unit: 'events' })
    }
  }
  return results
}

function count(stream: Stream, events: number, name: string): { promotions: number; medianEvents: number } {
  const at: number[] = []
  for (let run = 0; run < RUNS; run++) {
    const difference = stream(createRandom(`${name} ${run}`))
    const comparison = createComparison()
    for (let i = 0; i < events; i++) comparison.update(difference(i), 0)
    const { decided, decidedAt } = comparison.value()
    if (decided === 'CHALLENGER' && decidedAt !== null) at.push(decidedAt)
  }
  at.sort((a, b) => a - b)
  return { promotions: at.length, medianEvents: at[at.length >> 1] ?? Number.POSITIVE_INFINITY }
}

/** Stretches of real differences, each with either sign as often: the mean is 0, all else stays. */
function resampled(series: readonly Float64Array[]): Stream {
  return random => {
    let from = series[0] as Float64Array
    let start = 0
    let sign = 1
    return i => {
      if (i % STRETCH === 0) {
        from = series[random.below(series.length)] as Float64Array
        start = random.below(from.length - STRETCH)
        sign = random.below(2) === 0 ? -1 : 1
      }
      return sign * (from[start + (i % STRETCH)] as number)
    }
  }
}

function shifted(stream: Stream, gain: number): Stream {
  return random => {
    const difference = stream(random)
    return i => difference(i) + gain
  }
}

function autoregressive(rho: number): Stream {
  return random => {
    let x = 0
    return () => {
      x = rho * x + 0.03 * random.normal()
      return x
    }
  }
}

/** One side is better by `delta` in a regime, the other in the next. */
function regimes(length: number, delta: number, series: readonly Float64Array[]): Stream {
  const stream = resampled(series)
  return random => {
    const difference = stream(random)
    return i => difference(i) + (Math.floor(i / length) % 2 === 0 ? delta : -delta)
  }
}

function minus(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - (b[i] as number))
}

function deviation(series: readonly Float64Array[]): number {
  let squares = 0
  let n = 0
  for (const values of series) {
    for (const value of values) squares += value * value
    n += values.length
  }
  return Math.sqrt(squares / n)
}

function result(name: string, ours: number, method: string): BenchResult {
  return {
    name,
    ours,
    peer: null,
    ratio: null,
    unit: 'runs',
    method: `${method}; alpha .05, looked at after every event`,
    environment: environment(),
  }
}
