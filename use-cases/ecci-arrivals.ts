import { ecciRealism } from './ecci-domain.ts'
import { personas } from './ecci-personas.ts'
import { createLocalClock } from './local-clock.ts'
import { type Random, chance, exponential, round } from './random.ts'

export interface Arrivals {
  /** Time of the next session that begins after `afterMs`. */
  nextMs(afterMs: number): number
  /** Sessions that make events flow at `rate` at once if they begin within their first dwell from `timeMs`. */
  openAt(timeMs: number, rate: number): number
  setRate(rate: number): void
}

interface Options {
  random: Random
  /** Mean events per second over a day. */
  rate: number
  timezone: string
}

const meanEvents = personas.reduce((sum, { share, meanEvents: mean }) => sum + share * mean, 0)
const eventsPerSecondAndSession = personas.reduce(
  (sum, { share, dwell }) => sum + share / meanSeconds(dwell),
  0,
)

/** Poisson arrivals of sessions whose rate follows the local hour, by thinning (Lewis and Shedler 1979). */
export function createArrivals({ random, rate, timezone }: Options): Arrivals {
  const { dailySwing, meanHour } = ecciRealism
  const clock = createLocalClock(timezone)
  const rhythm = (timeMs: number) =>
    1 + dailySwing * Math.sin((2 * Math.PI * (clock(timeMs).hour - meanHour)) / 24)
  const highest = 1 + dailySwing
  let meanPauseMs = (1000 * meanEvents) / rate
  return {
    nextMs(afterMs) {
      for (let timeMs = afterMs; ; ) {
        timeMs += exponential(random, meanPauseMs / highest)
        if (chance(random, rhythm(timeMs) / highest)) return round(timeMs, 3)
      }
    },
    openAt: (timeMs, wanted) => Math.round((wanted * rhythm(timeMs)) / eventsPerSecondAndSession),
    setRate(wanted) {
      meanPauseMs = (1000 * meanEvents) / wanted
    },
  }
}

/** Mean of a log-normal dwell, before clipping. */
export function meanSeconds({ median, sigma }: { median: number; sigma: number }): number {
  return median * Math.exp(sigma ** 2 / 2)
}
