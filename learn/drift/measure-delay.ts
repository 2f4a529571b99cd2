import { createRandom, type Random } from '../math/random.ts'
import { createDriftMonitor } from './drift-monitor.ts'
import { type DriftScenario, lordenBound, scenarioColumns } from './scenarios.ts'

export interface DetectionFigures {
  /** Events from the change to its signal, on average; a run without one counts with all events after the change. */
  delay: number
  /** Events of the new law that the monitor had seen by then: less than `delay` where labels are late. */
  seen: number
  /** Lorden's bound at one false alarm in 100k events. */
  bound: number
  /** Share of runs without the signal within six times the bound. */
  misses: number
  /** Signals before the change. */
  falseAlarms: number
}

export interface DelayOptions {
  runs: number
  /** Events of the old law. */
  changeAt: number
  /** Median of the log-normal time from an event to its label, in events. */
  labelDelay?: number
  seed?: string
}

/** Spread of the logarithm of label delays. */
const DELAY_SIGMA = 0.5

/** How late is a scenario's change found? One run a seed. */
export function measureDelay(
  scenario: DriftScenario,
  { runs, changeAt, labelDelay = 0, seed = 'delay' }: DelayOptions,
): DetectionFigures {
  const bound = lordenBound(scenario.kl)
  const horizon = Math.ceil(6 * bound)
  const sum = { delay: 0, seen: 0, misses: 0, falseAlarms: 0 }
  for (let run = 0; run < runs; run++) {
    const random = createRandom(`${seed} ${scenario.name} ${run}`)
    const result = runOnce(scenario, changeAt, horizon, random, labelDelay)
    sum.delay += result.delay
    sum.seen += result.seen
    sum.falseAlarms += result.falseAlarms
    if (!result.isFound) sum.misses++
  }
  return {
    delay: sum.delay / runs,
    seen: sum.seen / runs,
    bound,
    misses: sum.misses / runs,
    falseAlarms: sum.falseAlarms,
  }
}

function runOnce(
  scenario: DriftScenario,
  changeAt: number,
  horizon: number,
  random: Random,
  labelDelay: number,
) {
  const monitor = createDriftMonitor({ columns: scenarioColumns, task: scenario.task })
  /** Events whose label is known at a later time. */
  const due = new Map<number, number[]>()
  let falseAlarms = 0
  let seen = 0
  for (let now = 0; ; now++) {
    const known = now + Math.round(labelDelay * Math.exp(DELAY_SIGMA * random.normal()))
    const waiting = due.get(known)
    if (waiting) waiting.push(now)
    else due.set(known, [now])
    for (const event of due.get(now) ?? []) {
      const changed = event >= changeAt
      scenario.feed(monitor, random, changed, event)
      if (changed) seen++
      const found = monitor.take()
      if (seen === 0) falseAlarms += found?.length ?? 0
      const isFound = seen > 0 && found?.some(({ signal }) => signal === scenario.signal) === true
      if (isFound || seen === horizon) return { delay: now - changeAt + 1, seen, falseAlarms, isFound }
    }
    due.delete(now)
  }
}
