import type { BenchResult } from '#bench/bench-result.ts'
import { environment } from '#bench/environment.ts'
import { createRandom } from '#learn/math/random.ts'
import { type TfdGaps, tfdRun } from './tfd-run.ts'
import { EARLY, tfdStream } from './tfd-stream.ts'

/** Median of the delays of labels, in events, and the spread of their logarithm. */
const MEDIAN = 5000
const SIGMA = 0.6

/** What the gaps of TFD's default are allowed to be on average; `peer` of the results. */
export const TFD_TARGETS = {
  auc: 0.005,
  averagePrecision: 0.014,
  f2: 0.018,
  earlyF2: 0.08,
  logLoss: 0.0015,
} as const satisfies Record<keyof TfdGaps, number>

/** F2 that late labels may cost. */
const LOST = 0.01

interface Options {
  events?: number
  seeds?: readonly string[]
}

/** How close does TFD's declared learner come to the exact detector, and what do late labels cost it? Means over seeds. */
export function tfdDefault({
  events = 200_000,
  seeds = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'],
}: Options = {}): BenchResult[] {
  const runs = seeds.map(seed => {
    const stream = tfdStream({ count: events, seed })
    const random = createRandom(`delay ${seed}`)
    const late = tfdRun(stream, { delay: () => MEDIAN * Math.exp(SIGMA * random.normal()) })
    return { gaps: tfdRun(stream), late }
  })
  const method = `${events} generated parity events, mean of ${seeds.length} seeds; predict, decide, learn from event 1 on; gap to the exact posterior of the same events (F2: to its best threshold in hindsight); peer: what is allowed`
  const lost = mean(runs.map(({ gaps, late }) => late.f2 - gaps.f2))
  return [
    ...gapResults(
      'TFD default',
      method,
      runs.map(({ gaps }) => gaps),
    ),
    result(
      'TFD default, F2 lost to late labels',
      lost,
      LOST,
      '',
      `${method}; labels after log-normal delays with a median of ${MEDIAN} events against labels at once`,
    ),
  ]
}

/** One result for each gap, the mean over runs. */
export function gapResults(name: string, method: string, runs: readonly TfdGaps[]): BenchResult[] {
  const of = (gap: keyof TfdGaps) => mean(runs.map(run => run[gap]))
  return [
    result(`${name}, gap in area under the ROC curve`, of('auc'), TFD_TARGETS.auc, '', method),
    result(
      `${name}, gap in average precision`,
      of('averagePrecision'),
      TFD_TARGETS.averagePrecision,
      '',
      method,
    ),
    result(`${name}, gap in F2, threshold from the past`, of('f2'), TFD_TARGETS.f2, '', method),
    result(
      `${name}, gap in F2 over the first ${EARLY} events`,
      of('earlyF2'),
      TFD_TARGETS.earlyF2,
      '',
      method,
    ),
    result(`${name}, excess log loss`, of('logLoss'), TFD_TARGETS.logLoss, 'nats', method),
  ]
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function result(name: string, ours: number, peer: number, unit: string, method: string): BenchResult {
  return { name, ours, peer, ratio: ours / peer, unit, method, environment: environment() }
}
