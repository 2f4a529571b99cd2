import type { AnyLearner } from '#learn/online/learner.ts'
import { eta } from '#use-cases/eta.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { createEtaOracle, etaLimit, type Trip } from '../limits/eta-limit.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { expectTask, prequentialParts } from '../quality/prequential.ts'

const WEEK = 7 * 86_400
const CHECKPOINT = 20_000

interface Variant {
  title: string
  /** Options of the producer other than the defaults; the limit knows them. */
  options?: Record<string, number>
  /** The week that 200k events take, instead of their day and a quarter at the reference pace. */
  isWeek?: boolean
  /** What the learner sees of a trip. */
  view?(trip: Trip): JsonEvent
  /** Unit of the target, in seconds. */
  unit?: number
}

const VARIANTS: readonly Variant[] = [
  { title: 'as the reference system has it' },
  { title: 'over a week', isWeek: true },
  {
    title: 'heavier traffic, worse weather, more incidents',
    options: {
      'heavy-traffic-multiplier': 3.5,
      'bad-weather-probability': 0.4,
      'incident-probability': 0.08,
    },
    isWeek: true,
  },
  {
    title: 'lighter traffic, no bad weather, no incidents',
    options: { 'heavy-traffic-multiplier': 1.4, 'bad-weather-probability': 0, 'incident-probability': 0 },
    isWeek: true,
  },
  {
    title: 'distances in metres and estimates in milliseconds',
    view: trip => ({
      ...trip,
      estimated_distance_km: 1000 * trip.estimated_distance_km,
      initial_estimated_travel_time_seconds: 1000 * trip.initial_estimated_travel_time_seconds,
    }),
  },
  { title: 'travel times in milliseconds', unit: 0.001 },
  { title: 'categories renamed and hours shifted', view: renamed, isWeek: true },
]

/**
 * Does ETA's declared learner stay near the limit when units, names and the law's parameters change? Excess of the mean
 * absolute error, per cent of the limit's, mean over seeds, prequential from the first event.
 */
export function etaRobust({ events = 200_000, seeds = ['1', '2', '3'] } = {}): BenchResult[] {
  return VARIANTS.flatMap(variant => {
    const sums = new Map<number, number>()
    let largest = 0
    for (const seed of seeds) {
      const { excess, overshoot } = measure(variant, events, seed)
      for (const [count, value] of excess) sums.set(count, (sums.get(count) ?? 0) + value / seeds.length)
      largest = Math.max(largest, overshoot)
    }
    const method = `${variant.title}; generated parity events, mean of ${seeds.length} seeds; predict, score, learn; limit: conditional median of the same trips`
    const figures = [...sums].map(([count, value]) =>
      result(`ETA, excess of the mean absolute error at ${count} events`, value, '%', method),
    )
    return [...figures, result('ETA, largest prediction by the largest target seen', largest, '', method)]
  })
}

/** Largest prediction by the largest target seen before it, over short streams of many seeds. */
export function etaOvershoot({ seeds = 1000, events = 5000 } = {}): BenchResult {
  let largest = 0
  for (let seed = 0; seed < seeds; seed++) {
    const trips = parityEvents(eta, { count: events, seed: `overshoot-${seed}` })
    run({ title: '' }, trips, (_, overshoot) => {
      largest = Math.max(largest, overshoot)
    })
  }
  const method = `${seeds} seeds of ${events} generated parity events; predict, then learn`
  return result('ETA, largest prediction by the largest target seen', largest, '', method)
}

function measure({ ...variant }: Variant, events: number, seed: string) {
  const { options = {}, isWeek = false, unit = 1 } = variant
  const trips = parityEvents(eta, {
    count: events,
    seed,
    options,
    ...(isWeek ? { rate: events / WEEK } : {}),
  })
  const oracle = createEtaOracle({ options })
  const excess = new Map<number, number>()
  let absolute = 0
  let overshoot = 0
  run(variant, trips, (error, ratio, i) => {
    absolute += Math.abs(error) * unit
    overshoot = Math.max(overshoot, ratio)
    if (i + 1 !== CHECKPOINT && i + 1 !== events) return
    const limit = etaLimit(trips.slice(0, i + 1), oracle).mae
    excess.set(i + 1, 100 * (absolute / (i + 1) / limit - 1))
  })
  return { excess, overshoot }
}

/** Predicts, tells the error and the prediction by the largest target seen before (0 before any), then learns. */
function run(
  { view = trip => trip as JsonEvent, unit = 1 }: Variant,
  trips: readonly Trip[],
  scored: (error: number, overshoot: number, i: number) => void,
): void {
  const { encode, learner: any } = prequentialParts(eta, {})
  const learner = expectTask(any as AnyLearner, 'regression')
  let highest = 0
  trips.forEach((trip, i) => {
    const label = (trip.simulated_actual_travel_time_seconds as number) / unit
    const row = encode(view(trip))
    const prediction = learner.predict(row)
    scored(prediction - label, highest > 0 ? prediction / highest : 0, i)
    highest = Math.max(highest, label)
    learner.learn(row, label)
  })
}

/** Other names in another order: what a category is called, or which comes first, must not matter. */
function renamed(trip: Trip): JsonEvent {
  return {
    ...trip,
    weather: `w-${[...trip.weather].reverse().join('')}`,
    vehicle_type: `v-${trip.vehicle_type}`,
    hour_of_day: (trip.hour_of_day * 7 + 5) % 24,
  }
}

function result(name: string, ours: number, unit: string, method: string): BenchResult {
  return { name, ours, peer: null, ratio: null, unit, method, environment: environment() }
}
