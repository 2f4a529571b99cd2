import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { EventOfUseCase } from './define.ts'
import { eta } from './eta.ts'
import { etaLists } from './eta-domain.ts'
import { haversineKm } from './eta-trip.ts'
import type { GeneratorSettings, Item } from './generator.ts'
import { isNearMean, isNearShare } from './test-statistics.ts'
import { mondayMs, testSettings } from './test-sources.ts'
import { parseTimestamp } from './timestamp.ts'

type Trip = EventOfUseCase<typeof eta>

const count = 200_000
let trips: Trip[] = []

function take(items: number, changes: Partial<GeneratorSettings> = {}): Item<Trip>[] {
  const generator = eta.generate(testSettings(changes))
  return Array.from({ length: items }, () => generator.next())
}

const tripsOf = (items: readonly Item<Trip>[]) =>
  items.flatMap(item => (item.kind === 'event' ? [item.record] : []))
const isRush = (hour: number) => (hour >= 6 && hour <= 9) || (hour >= 16 && hour <= 19)
const baseOf = ({ estimated_distance_km }: Trip) => (estimated_distance_km / 40) * 3600
const truth = (trip: Trip) => trip.simulated_actual_travel_time_seconds as number

before(() => {
  // A week of trips, so that every regime occurs.
  trips = tripsOf(take(count, { rate: count / (7 * 86_400) }))
})

test('parity: weather, vehicles, drivers and temperature have their shares', () => {
  const share = (holds: (trip: Trip) => boolean, wanted: number) =>
    isNearShare(trips.filter(holds).length / count, wanted, count)
  etaLists.weather.forEach((weather, index) =>
    share(trip => trip.weather === weather, [0.6, 0.15, 0.1, 0.05, 0.05, 0.05][index] as number),
  )
  for (const type of etaLists.vehicleTypes) share(trip => trip.vehicle_type === type, 0.2)
  share(trip => trip.driver_id === 'driver_5000', 1 / 4001)
  share(trip => trip.vehicle_id === 'vehicle_100', 1 / 900)
  isNearMean(
    trips.map(({ temperature_celsius }) => temperature_celsius),
    22.5,
  )
  isNearMean(
    trips.map(({ driver_rating }) => driver_rating),
    4.25,
  )
})

test('parity: places lie in Houston and the distance is theirs', () => {
  for (const { origin, destination, estimated_distance_km } of trips.slice(0, 20_000)) {
    for (const { lat, lon } of [origin, destination]) {
      assert.ok(lat >= 29.5 && lat <= 30.1 && lon >= -95.8 && lon <= -95)
    }
    assert.ok(Math.abs(haversineKm(origin, destination) - estimated_distance_km) <= 0.005_001)
  }
  const distances = trips.map(({ estimated_distance_km }) => estimated_distance_km)
  // Monte-Carlo figures of the reference generator: mean 37.56, maximum 95.3 of 15 000.
  const mean = distances.reduce((sum, distance) => sum + distance, 0) / count
  assert.ok(Math.abs(mean - 37.56) < 0.5, String(mean))
  assert.ok(Math.max(...distances.slice(0, 50_000)) < 102)
})

test('parity: traffic follows the clock in UTC', () => {
  const traffic = (holds: (trip: Trip) => boolean) =>
    trips.filter(holds).map(trip => trip.debug_traffic_factor as number)
  const weekday = ({ day_of_week }: Trip) => day_of_week < 5
  isNearMean(
    traffic(trip => weekday(trip) && isRush(trip.hour_of_day)),
    1.65,
  )
  isNearMean(
    traffic(trip => weekday(trip) && !isRush(trip.hour_of_day)),
    1.15,
  )
  isNearMean(
    traffic(trip => !weekday(trip)),
    1,
  )
  for (const { timestamp, hour_of_day, day_of_week } of trips.slice(0, 20_000)) {
    const date = new Date(timestamp)
    assert.equal(hour_of_day, date.getUTCHours())
    assert.equal(day_of_week, (date.getUTCDay() + 6) % 7)
  }
})

test('parity: weather slows one trip in forty, an incident one in fifty', () => {
  const slowed = trips.filter(trip => (trip.debug_weather_factor as number) > 1)
  // A factor below 1.005 is rounded to 1: one Rain in sixty of its narrowest range at most, which is below the error.
  isNearShare(slowed.length / count, 0.025, count)
  assert.ok(slowed.every(({ weather }) => !['Clear', 'Clouds'].includes(weather)))
  for (const [weather, mean] of [
    ['Rain', 1.25],
    ['Heavy Rain', 1.55],
    ['Fog', 1.4],
    ['Thunderstorm', 1.7],
  ] as const) {
    isNearMean(
      slowed.filter(trip => trip.weather === weather).map(trip => trip.debug_weather_factor as number),
      mean,
    )
  }
  const incidents = trips.filter(trip => (trip.debug_incident_delay_seconds as number) > 0)
  isNearShare(incidents.length / count, 0.02, count)
  isNearMean(
    incidents.map(trip => trip.debug_incident_delay_seconds as number),
    1050,
  )
})

test('parity: the target is the formula of its causes up to noise of a minute and rounding', () => {
  const errors: number[] = []
  for (const trip of trips) {
    const traffic = trip.debug_traffic_factor as number
    const weather = trip.debug_weather_factor as number
    const driver = 1 - (trip.driver_rating - 4.5) * 0.05
    const travel = baseOf(trip) * traffic * weather * driver
    const error = truth(trip) - travel - (trip.debug_incident_delay_seconds as number)
    // Factors are rounded to .005, which at 10 000 s of base weighs up to a hundred seconds.
    const rounding = baseOf(trip) * 0.005 * (traffic + weather) * driver
    assert.ok(truth(trip) === 60 || Math.abs(error) <= 61 + rounding, JSON.stringify(trip))
    if (truth(trip) > 60) errors.push(Math.abs(error))
  }
  const mae = errors.reduce((sum, error) => sum + error, 0) / errors.length
  // A uniform error of ±60 s alone has a mean of 30; rounded factors add a little: 31 is the reference's figure.
  assert.ok(mae > 30 && mae < 32, String(mae))
})

test('parity: the first estimate is the base, a tenth more or less', () => {
  const ratios = trips
    .filter(trip => baseOf(trip) > 1000)
    .map(trip => (trip.initial_estimated_travel_time_seconds + 0.5) / baseOf(trip))
  isNearMean(ratios, 1)
  assert.ok(ratios.every(ratio => ratio > 0.899 && ratio < 1.101))
  assert.ok(trips.every(trip => trip.initial_estimated_travel_time_seconds >= 60))
})

test('parity: the pause has the mean of the reference', () => {
  const items = take(20_000)
  isNearMean(
    items.slice(1).map((item, index) => (item.timeMs - (items[index] as Item).timeMs) / 1000),
    0.55,
  )
})

test('realistic: rush hours are local, causes and target are left out, drivers are 4000', () => {
  const items = take(60_000, { mode: 'realistic', rate: 60_000 / 86_400 })
  const local = new Intl.DateTimeFormat('en-US', {
    timeZone: 'America/Chicago',
    hour: '2-digit',
    hourCycle: 'h23',
  })
  const events = tripsOf(items)
  for (const trip of events.slice(0, 3000)) {
    assert.equal(trip.hour_of_day, Number(local.format(new Date(trip.timestamp))))
    assert.ok(Object.keys(trip).every(name => !name.startsWith('debug_') && !name.startsWith('simulated_')))
  }
  const numbers = events.map(({ driver_id }) => Number(driver_id.slice('driver_'.length)))
  assert.ok(numbers.every(driver => driver >= 1000 && driver <= 4999))
})

test('realistic: the label comes when the trip ends, a thousand times as fast as in life', () => {
  const items = take(20_000, { mode: 'realistic' })
  let labels = 0
  let latest = -Infinity
  for (const item of items) {
    assert.ok(item.timeMs >= latest)
    latest = item.timeMs
    if (item.kind !== 'label') continue
    labels++
    const { label, event_time, label_time } = item.record
    assert.ok(Math.abs(parseTimestamp(label_time) - parseTimestamp(event_time) - label) < 0.01)
  }
  assert.ok(labels > 9900, String(labels))
})

test('realistic: each driver keeps a pace of their own, three per cent apart', () => {
  const items = take(160_000, { mode: 'realistic', options: { 'incident-probability': 0 } })
  const byTrip = new Map(tripsOf(items).map(trip => [trip.trip_id, trip]))
  const logs = new Map<string, number[]>()
  for (const item of items) {
    const trip = item.kind === 'label' ? byTrip.get(item.record.event_id) : undefined
    if (item.kind !== 'label' || !trip || trip.day_of_week >= 5 || isRush(trip.hour_of_day)) continue
    const list = logs.get(trip.driver_id) ?? []
    logs.set(trip.driver_id, list)
    list.push(Math.log(item.record.label / baseOf(trip) / (1 - (trip.driver_rating - 4.5) * 0.05)))
  }
  // Between drivers the variance of halves' products leaves only what both halves share: the pace.
  const products = [...logs.values()].flatMap(list => {
    const half = list.length >> 1
    if (half === 0) return []
    const mean = (part: number[]) => part.reduce((sum, value) => sum + value, 0) / part.length
    return [[mean(list.slice(0, half)), mean(list.slice(half))] as const]
  })
  const center = products.reduce((sum, [a, b]) => sum + a + b, 0) / (2 * products.length)
  const covariances = products.map(([a, b]) => (a - center) * (b - center))
  isNearMean(covariances, 0.03 ** 2)
  assert.ok(covariances.reduce((sum, value) => sum + value, 0) / covariances.length > 0.0003)
})

test('drift: road works slow every trip, and a burst passes', () => {
  const at = (seconds: number) => seconds * 20
  const ratio = (list: readonly Trip[]) =>
    list.reduce((sum, trip) => sum + truth(trip) / baseOf(trip) / list.length, 0)
  const long = (list: readonly Trip[]) => list.filter(trip => trip.estimated_distance_km > 10)
  const drifted = tripsOf(take(20_000, { rate: 20, options: { drift: 'abrupt(500)' } }))
  const change = ratio(long(drifted.slice(at(500) + 100))) / ratio(long(drifted.slice(0, at(495))))
  assert.ok(Math.abs(change - 1.35) < 0.03, String(change))
  const generator = eta.generate(testSettings({ rate: 20 }))
  generator.drift({ kind: 'burst', at: 100, length: 300, factor: 2 })
  const burst = Array.from({ length: 20_000 }, () => generator.next().record as Trip)
  const during = ratio(long(burst.slice(at(105), at(395))))
  assert.ok(Math.abs(during / ratio(long(burst.slice(at(410)))) - 2) < 0.05, String(during))
})

test('options change the law', () => {
  const options = {
    'heavy-traffic-multiplier': 4,
    'bad-weather-probability': 1,
    'incident-probability': 1,
    timezone: 'Asia/Kolkata',
  }
  const events = tripsOf(take(5000, { options, startMs: mondayMs + 2 * 3_600_000 }))
  assert.ok(events.every(trip => (trip.debug_incident_delay_seconds as number) >= 300))
  assert.ok(events.some(trip => (trip.debug_traffic_factor as number) > 3.5))
  assert.equal(events[0]?.hour_of_day, 7, '02:00 UTC is 07:30 in India')
  isNearShare(events.filter(trip => (trip.debug_weather_factor as number) > 1).length / 5000, 0.25, 5000)
  assert.throws(() => take(1, { options: { timezone: 'Mars/Olympus' } }), { code: 'INVALID_OPTION' })
})

test('a seed gives the same bytes', () => {
  for (const mode of ['parity', 'realistic'] as const) {
    assert.equal(JSON.stringify(take(2000, { mode })), JSON.stringify(take(2000, { mode })))
  }
})
