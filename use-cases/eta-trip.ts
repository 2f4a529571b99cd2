import { etaDriftLaw, etaLaw, etaLists, etaRealism, type etaOptions } from './eta-domain.ts'
import type { Mode } from './generator.ts'
import type { OptionsOf } from './options.ts'
import { type Random, chance, integerBetween, normal, pick, pickWeighted, round, uniform } from './random.ts'

interface Settings {
  mode: Mode
  options: OptionsOf<typeof etaOptions>
  random: Random
}

interface Circumstances {
  hour: number
  /** 0 for Monday. */
  weekday: number
  /** Whether the trip comes from the drifted concept. */
  isDrifted: boolean
  /** Multiplies the traffic factor. */
  burst: number
}

/** Draws trips without id and time, in the reference system's order of draws. */
export function createTripDraw({ mode, options, random }: Settings) {
  const paces = mode === 'realistic' ? createDriverPaces(random) : null
  const [firstDriver, lastDriver] = mode === 'realistic' ? etaRealism.drivers : etaLaw.drivers
  const heavy = options['heavy-traffic-multiplier']

  return ({ hour, weekday, isDrifted, burst }: Circumstances) => {
    const driver = integerBetween(random, firstDriver, lastDriver)
    const vehicle_id = `vehicle_${between(random, etaLaw.vehicles, integerBetween)}`
    const vehicle_type: string = pick(random, etaLists.vehicleTypes)
    const places = drawPlaces(random)
    const base = (places.distanceKm / etaLaw.speedKmh) * 3600
    const initial = Math.max(
      etaLaw.minSeconds,
      Math.trunc(base * between(random, etaLaw.initialNoise, uniform)),
    )
    const weather: string = etaLists.weather[pickWeighted(random, etaLaw.weatherWeights)] as string
    const isBad = chance(random, options['bad-weather-probability'])
    const plainTraffic = between(random, trafficRange(hour, weekday, heavy), uniform)
    const traffic = plainTraffic * burst * (isDrifted ? etaDriftLaw.trafficFactor : 1)
    const badRange = Object.hasOwn(etaLaw.weatherFactors, weather)
      ? etaLaw.weatherFactors[weather as keyof typeof etaLaw.weatherFactors]
      : null
    const weatherFactor = isBad && badRange ? between(random, badRange, uniform) : 1
    const incident = chance(random, options['incident-probability'])
      ? between(random, etaLaw.incidentSeconds, integerBetween)
      : 0
    const rating = round(between(random, etaLaw.rating, uniform), 1)
    const driverFactor = ratingFactor(rating)
    const noise = between(random, etaLaw.noiseSeconds, uniform)
    const temperature = round(between(random, etaLaw.temperature, uniform), 1)
    const pace = paces ? (paces[driver - firstDriver] as number) : 1
    const travel = base * traffic * weatherFactor * driverFactor * pace
    return {
      driver_id: `driver_${driver}`,
      vehicle_id,
      vehicle_type,
      places,
      weather,
      rating,
      initial,
      seconds: Math.max(etaLaw.minSeconds, Math.trunc(travel + incident + noise)),
      temperature,
      causes: {
        debug_traffic_factor: round(traffic, 2),
        debug_weather_factor: round(weatherFactor, 2),
        debug_incident_delay_seconds: incident,
        debug_driver_factor: round(driverFactor, 2),
      },
    }
  }
}

/** A well-rated driver is a little faster: 1.05 at 3.5 stars, .975 at 5. */
export function ratingFactor(rating: number): number {
  return 1 - (rating - 4.5) * 0.05
}

/** Range of the traffic factor: it depends on the clock alone. */
export function trafficRange(hour: number, weekday: number, heavy: number): readonly [number, number] {
  if (weekday >= 5) return etaLaw.trafficWeekend
  const isRush = etaLaw.rushHours.some(([first, last]) => hour >= first && hour <= last)
  return isRush ? [etaLaw.trafficRushLow, heavy] : etaLaw.trafficOther
}

/** Great-circle distance by the haversine formula (Sinnott 1984), kilometres. */
export function haversineKm(from: Place, to: Place): number {
  const radians = Math.PI / 180
  const halfLat = Math.sin(((to.lat - from.lat) * radians) / 2)
  const halfLon = Math.sin(((to.lon - from.lon) * radians) / 2)
  const a = halfLat ** 2 + Math.cos(from.lat * radians) * Math.cos(to.lat * radians) * halfLon ** 2
  return 2 * etaLaw.earthRadiusKm * Math.asin(Math.sqrt(a))
}

interface Place {
  lat: number
  lon: number
}

function drawPlaces(random: Random) {
  const origin = drawPlace(random)
  let destination = drawPlace(random)
  while (Math.abs(origin.lat - destination.lat) < 0.001 && Math.abs(origin.lon - destination.lon) < 0.001) {
    destination = drawPlace(random)
  }
  return { origin, destination, distanceKm: round(haversineKm(origin, destination), 2) }
}

function drawPlace(random: Random): Place {
  const lat = round(between(random, etaLaw.latitude, uniform), 6)
  const lon = round(between(random, etaLaw.longitude, uniform), 6)
  return { lat, lon }
}

function createDriverPaces(random: Random): Float64Array {
  const [first, last] = etaRealism.drivers
  return Float64Array.from({ length: last - first + 1 }, () =>
    Math.exp(etaRealism.driverSigma * normal(random)),
  )
}

function between(
  random: Random,
  [low, high]: readonly [number, number],
  draw: (random: Random, low: number, high: number) => number,
): number {
  return draw(random, low, high)
}
