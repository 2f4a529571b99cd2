import { createIntervalEstimator } from '#learn/online/conformal/interval-estimator.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { etaIntervalLimit } from '../limits/eta-interval-limit.ts'
import { createEtaOracle, type Trip } from '../limits/eta-limit.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { winklerScore } from '../limits/winkler-score.ts'
import { expectTask, labelledEvents, prequentialParts } from '../quality/prequential.ts'

const LEVEL = 0.9
const WINDOW = 2000
const WEEK = 7 * 86_400
const REGIMES = ['rush hours of working days', 'other hours of working days', 'weekend'] as const

interface Intervals {
  /** Share covered per regime, and in each disjoint window. */
  coverage: number[]
  windows: number[]
  winkler: number
  limit: number
}

/**
 * Do ETA's 90 % intervals cover 90 % in every traffic regime and window, and how much worse is their Winkler score than
 * that of the true conditional quantiles? Prequential, over one week, so that every regime occurs.
 */
export function etaIntervals({ events = 200_000, seeds = ['1', '2', '3'] } = {}): BenchResult[] {
  const oracle = createEtaOracle()
  return seeds.flatMap(seed => {
    const trips = parityEvents(eta, { count: events, seed, rate: events / WEEK })
    const { coverage, windows, winkler, limit } = measure(trips, oracle)
    const method = `${events} generated parity events over a week, seed ${seed}; interval, score, learn, from the first interval on; limit: conditional 5 % and 95 % quantiles of the same trips`
    const good = windows.filter(share => share >= 0.86 && share <= 0.94).length / windows.length
    return [
      ...REGIMES.map((regime, i) =>
        result(`ETA, coverage of the 90 % interval, ${regime}`, coverage[i] as number, LEVEL, '', method),
      ),
      result(`ETA, windows of ${WINDOW} events with a coverage of 86 to 94 %`, good, 1, '', method),
      result('ETA, Winkler score of the 90 % interval', winkler, limit, 's', method),
    ]
  })
}

function measure(trips: readonly Trip[], oracle: ReturnType<typeof createEtaOracle>): Intervals {
  const { encode, learner: any } = prequentialParts(eta, {})
  const learner = expectTask(any, 'regression')
  const estimator = createIntervalEstimator({ level: LEVEL, columns: eta.features })
  const bounds = new Float64Array(2)
  const hits = REGIMES.map(() => 0)
  const counts = REGIMES.map(() => 0)
  const windows: number[] = []
  const scored: Trip[] = []
  let winkler = 0
  let inWindow = 0
  labelledEvents(eta, trips as readonly JsonEvent[]).forEach(({ event, label }, i) => {
    const trip = trips[i] as Trip
    const row = encode(event)
    const prediction = learner.predict(row)
    estimator.interval(row, prediction, bounds)
    const [low, high] = bounds as unknown as [number, number]
    if (!Number.isNaN(low)) {
      const hit = low <= label && label <= high ? 1 : 0
      const regime = regimeOf(trip)
      hits[regime] = (hits[regime] as number) + hit
      counts[regime] = (counts[regime] as number) + 1
      winkler += winklerScore(low, high, label, LEVEL)
      scored.push(trip)
      inWindow += hit
      if (scored.length % WINDOW === 0) {
        windows.push(inWindow / WINDOW)
        inWindow = 0
      }
    }
    estimator.update(row, prediction, label)
    learner.learn(row, label)
  })
  return {
    coverage: hits.map((hit, regime) => hit / (counts[regime] as number)),
    windows,
    winkler: winkler / scored.length,
    limit: etaIntervalLimit(scored, oracle).winkler,
  }
}

function regimeOf({ day_of_week, hour_of_day }: Trip): number {
  if (day_of_week >= 5) return 2
  return (hour_of_day >= 6 && hour_of_day <= 9) || (hour_of_day >= 16 && hour_of_day <= 19) ? 0 : 1
}

function result(name: string, ours: number, peer: number, unit: string, method: string): BenchResult {
  return { name, ours, peer, ratio: ours / peer, unit, method, environment: environment() }
}
