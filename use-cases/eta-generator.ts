import { createDrift, parseDriftKnobs } from './drift.ts'
import { etaLaw, etaRealism, type etaOptions } from './eta-domain.ts'
import { createTripDraw } from './eta-trip.ts'
import type { EventGenerator, GeneratorSettings, Item } from './generator.ts'
import { createLabelDelay } from './label-delay.ts'
import { createLocalClock } from './local-clock.ts'
import type { OptionsOf } from './options.ts'
import { round, uniform, createUuids } from './random.ts'
import { formatTimestamp } from './timestamp.ts'

type Settings = GeneratorSettings<OptionsOf<typeof etaOptions>>
type Trip = ReturnType<ReturnType<typeof createEventDraw>>

/**
 * Trips. In `realistic` mode drivers have a lasting pace of their own, rush hours are local, the hidden causes are
 * left out, and the label arrives when the trip ends (a thousand times as fast as in life).
 */
export function createEtaGenerator(settings: Settings): EventGenerator<Trip['event']> {
  const { mode, options, random, startMs, rate, labelSpeed = 1 } = settings
  const drift = createDrift()
  for (const knob of parseDriftKnobs(options.drift)) drift.add(knob, startMs)
  const draw = createEventDraw(settings)
  const labels = createLabelDelay()
  const [shortest, longest] = etaLaw.pause
  const stretchFor = (wanted: number) => 2 / (wanted * (shortest + longest))
  let stretch = rate === undefined ? 1 : stretchFor(rate)
  let timeMs = startMs
  let events = 0

  const next = (): Item<Trip['event']> => {
    if (labels.nextMs() <= timeMs) return labels.take()
    const { event, seconds } = draw({
      timeMs,
      isDrifted: drift.isNewConcept(timeMs, random),
      burst: drift.factor(timeMs),
    })
    const key = mode === 'realistic' ? event.driver_id : null
    const item = { kind: 'event' as const, timeMs, key, record: event }
    if (mode === 'realistic') {
      const delayMs = (seconds * etaRealism.labelSecondsPerTripSecond * 1000) / labelSpeed
      const labelMs = round(timeMs + delayMs, 3)
      labels.add({ eventId: event.trip_id, key: event.driver_id, label: seconds, eventMs: timeMs, labelMs })
    }
    events++
    timeMs = round(timeMs + uniform(random, shortest, longest) * stretch * 1000, 3)
    return item
  }
  return {
    next,
    drift: knob => drift.add(knob, timeMs),
    setRate: wanted => {
      stretch = stretchFor(wanted)
    },
    drain: labels.takeAll,
    counters: () => ({ events, pendingLabels: labels.waiting }),
  }
}

/** One whole event, fields in the order of the contract. */
function createEventDraw({ mode, options, random, startMs }: Settings) {
  const uuid = createUuids(random, startMs)
  const clock = createLocalClock(options.timezone)
  const drawTrip = createTripDraw({ mode, options, random })
  return ({ timeMs, isDrifted, burst }: { timeMs: number; isDrifted: boolean; burst: number }) => {
    const { hour, weekday } = clock(timeMs)
    const {
      driver_id,
      vehicle_id,
      vehicle_type,
      places,
      weather,
      rating,
      initial,
      seconds,
      temperature,
      causes,
    } = drawTrip({ hour, weekday, isDrifted, burst })
    const event = {
      trip_id: uuid(),
      driver_id,
      vehicle_id,
      timestamp: formatTimestamp(timeMs),
      origin: places.origin,
      destination: places.destination,
      estimated_distance_km: places.distanceKm,
      weather,
      temperature_celsius: temperature,
      day_of_week: weekday,
      hour_of_day: hour,
      driver_rating: rating,
      vehicle_type,
      initial_estimated_travel_time_seconds: initial,
      ...(mode === 'parity' ? { simulated_actual_travel_time_seconds: seconds, ...causes } : {}),
    }
    return { event, seconds }
  }
}
