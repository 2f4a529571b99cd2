import { createRandom } from '../math/random.ts'
import { createDriftMonitor } from './drift-monitor.ts'
import { type DriftScenario, lordenBound, scenarioColumns } from './scenarios.ts'

export interface DetectionFigures {
  /** Events from the change to its signal, on average; a run without one counts with all events after the change. */
  delay: number
  /** Lorden's bound at one false alarm in 100k events. */
  bound: number
  /** Share of runs without the signal within six times the bound. */
  misses: number
  /** Signals before the change. */
  falseAlarms: number
}

/** How late is a scenario's change found? One run a seed, a change after `changeAt` events. */
export function measureDelay(
  scenario: DriftScenario,
  { runs, changeAt, seed = 'delay' }: { runs: number; changeAt: number; seed?: string },
): DetectionFigures {
  const bound = lordenBound(scenario.kl)
  const horizon = Math.ceil(6 * bound)
  let [delays, misses, falseAlarms] = [0, 0, 0]
  for (let run = 0; run < runs; run++) {
    const random = createRandom(`${seed} ${scenario.name} ${run}`)
    const monitor = createDriftMonitor({ columns: scenarioColumns, task: scenario.task })
    let delay = -1
    for (let at = 0; at < changeAt + horizon && delay < 0; at++) {
      scenario.feed(monitor, random, at >= changeAt, at)
      const found = monitor.take()
      if (!found) continue
      if (at < changeAt) falseAlarms += found.length
      else if (found.some(({ signal }) => signal === scenario.signal)) delay = at - changeAt + 1
    }
    if (delay < 0) misses++
    delays += delay < 0 ? horizon : delay
  }
  return { delay: delays / runs, bound, misses: misses / runs, falseAlarms }
}
