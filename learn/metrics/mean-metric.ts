import type { Mean } from './mean.ts'
import type { Metric } from './metric.ts'
import { wilson } from './wilson.ts'

/** The (finished) mean of one term per observation; a term that is not finite does not count. */
export function createMeanMetric<Observation extends { timeMs: number; seq?: number }>(
  mean: Mean,
  term: (observation: Observation) => number,
  finish: (mean: number) => number = value => value,
): Metric<Observation> {
  return {
    n: () => mean.n(),
    value: () => finish(mean.get()),
    defined: () => mean.n() > 0,
    interval: () => mean.interval(finish),
    update(observation) {
      const value = term(observation)
      if (value - value === 0) mean.add(value, observation.timeMs, observation.seq ?? Number.NaN)
      else mean.pass?.(observation.timeMs)
    },
    correct(before, after) {
      const { seq = Number.NaN, timeMs } = before
      mean.replace(term(before), term(after), timeMs, seq)
    },
    save: out => mean.save(out),
  }
}

/** The share of observations whose term is 1 among those whose term is 0 or 1. */
export function createRateMetric<Observation extends { timeMs: number; seq?: number }>(
  mean: Mean,
  term: (observation: Observation) => number,
): Metric<Observation> {
  const interval = () => wilson(mean.get() * mean.n(), mean.n())
  return { ...createMeanMetric(mean, term), interval }
}
