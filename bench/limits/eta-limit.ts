import { createRandom } from '#learn/math/random.ts'
import type { EventOfUseCase } from '#use-cases/define.ts'
import { etaLaw, etaOptions } from '#use-cases/eta-domain.ts'
import { ratingFactor, trafficRange } from '#use-cases/eta-trip.ts'
import type { eta } from '#use-cases/eta.ts'
import { integerBetween, uniform } from '#use-cases/random.ts'

export type Trip = EventOfUseCase<typeof eta>

export interface EtaLimit {
  /** Mean absolute error of the conditional median, seconds. */
  mae: number
  /** Root mean squared error of the conditional mean, seconds. */
  rmse: number
  /** Of the conditional median, per cent. */
  mape: number
  /** Of the conditional mean. */
  r2: number
  /** Mean absolute error of `initial_estimated_travel_time_seconds` as it is. */
  naiveMae: number
}

/**
 * What knowing the law of the stream reaches on these labelled trips of `parity` mode at default options, from distance,
 * rating, clock and weather: everything else that is known at the start says nothing. Traffic, incident, weather's
 * effect and noise remain hidden.
 */
export function etaLimit(trips: readonly Trip[], oracle: EtaOracle = createEtaOracle()): EtaLimit {
  let absolute = 0
  let relative = 0
  let squared = 0
  let naive = 0
  let mean = 0
  let variation = 0
  trips.forEach((trip, index) => {
    const seconds = trip.simulated_actual_travel_time_seconds as number
    const { median, mean: expected } = oracle(trip)
    absolute += Math.abs(seconds - median)
    relative += Math.abs(seconds - median) / seconds
    squared += (seconds - expected) ** 2
    naive += Math.abs(seconds - trip.initial_estimated_travel_time_seconds)
    const before = seconds - mean
    mean += before / (index + 1)
    variation += before * (seconds - mean)
  })
  const count = trips.length
  return {
    mae: absolute / count,
    rmse: Math.sqrt(squared / count),
    mape: (100 * relative) / count,
    r2: 1 - squared / variation,
    naiveMae: naive / count,
  }
}

/** Median, mean and the bounds of the central 90 % of a trip's seconds, given what is known at its start. */
export type EtaOracle = (trip: Trip) => { median: number; mean: number; low: number; high: number }

/** Options of the producer that the law depends on. */
type Law = Record<'heavy-traffic-multiplier' | 'bad-weather-probability' | 'incident-probability', number>

interface Table {
  medians: Float64Array
  means: Float64Array
  lows: Float64Array
  highs: Float64Array
}

interface EtaOracleOptions {
  seed?: number | string
  /** Options other than the defaults. */
  options?: Partial<Law>
}

/** Seconds of base travel time (distance and rating) between two points of a table; the law is smooth on that scale. */
const step = 100
/** The longest trip of the area takes 102 km · 90 s · 1.05. */
const longest = 9700
/** With this many draws the median is off by .2 % of the trip, which costs .01 % of its error. */
const draws = 8001

/** Median and mean of the travel time, from tables by Monte Carlo per traffic regime and weather, built on first use. */
export function createEtaOracle({ seed = 'eta-limit', options = {} }: EtaOracleOptions = {}): EtaOracle {
  const tables = new Map<string, Table>()
  const law: Law = {
    'heavy-traffic-multiplier': etaOptions['heavy-traffic-multiplier'].default,
    'bad-weather-probability': etaOptions['bad-weather-probability'].default,
    'incident-probability': etaOptions['incident-probability'].default,
    ...options,
  }
  return ({ estimated_distance_km, driver_rating, hour_of_day, day_of_week, weather }) => {
    const traffic = trafficRange(hour_of_day, day_of_week, law['heavy-traffic-multiplier'])
    const bad: readonly [number, number] = Object.hasOwn(etaLaw.weatherFactors, weather)
      ? etaLaw.weatherFactors[weather as keyof typeof etaLaw.weatherFactors]
      : [1, 1]
    const key = [...traffic, ...bad].join('/')
    let table = tables.get(key)
    if (!table) tables.set(key, (table = createTable(`${seed}/${key}`, law, traffic, bad)))
    const base = (estimated_distance_km / etaLaw.speedKmh) * 3600 * ratingFactor(driver_rating)
    return {
      median: interpolate(table.medians, base),
      mean: interpolate(table.means, base),
      low: interpolate(table.lows, base),
      high: interpolate(table.highs, base),
    }
  }
}

function createTable(
  seed: string,
  law: Law,
  traffic: readonly [number, number],
  bad: readonly [number, number],
): Table {
  const random = createRandom(seed)
  const factors = new Float64Array(draws)
  const offsets = new Float64Array(draws)
  for (let draw = 0; draw < draws; draw++) {
    // Traffic is stratified, since its spread is what the median depends on most.
    const [low, high] = traffic
    const factor = low + ((high - low) * (draw + random.next())) / draws
    const isBad = random.next() < law['bad-weather-probability']
    factors[draw] = factor * (isBad ? uniform(random, ...bad) : 1)
    const hasIncident = random.next() < law['incident-probability']
    const incident = hasIncident ? integerBetween(random, ...etaLaw.incidentSeconds) : 0
    offsets[draw] = incident + uniform(random, ...etaLaw.noiseSeconds)
  }
  const points = longest / step + 1
  const medians = new Float64Array(points)
  const means = new Float64Array(points)
  const lows = new Float64Array(points)
  const highs = new Float64Array(points)
  const times = new Float64Array(draws)
  for (let point = 0; point < points; point++) {
    let sum = 0
    for (let draw = 0; draw < draws; draw++) {
      const travel = point * step * (factors[draw] as number) + (offsets[draw] as number)
      const seconds = Math.max(etaLaw.minSeconds, Math.trunc(travel))
      times[draw] = seconds
      sum += seconds
    }
    times.sort()
    medians[point] = times[(draws - 1) / 2] as number
    lows[point] = times[Math.round(0.05 * (draws - 1))] as number
    highs[point] = times[Math.round(0.95 * (draws - 1))] as number
    means[point] = sum / draws
  }
  return { medians, means, lows, highs }
}

function interpolate(values: Float64Array, base: number): number {
  const index = Math.min(values.length - 2, Math.floor(base / step))
  const left = values[index] as number
  return left + ((values[index + 1] as number) - left) * (base / step - index)
}
