import type { etaFields } from './eta-fields.ts'
import type { KnownEventOf } from './fields.ts'
import type { EntityWindow } from './windows/entity-window.ts'
import { DAY_MS, HOUR_MS } from './windows/lengths.ts'

type Known = KnownEventOf<typeof etaFields>
type Window = EntityWindow<Known, 'driver_id' | 'vehicle_id'>

const distance = (event: Known) => event.estimated_distance_km

/** How much the driver, and the vehicle, have been on the road. How long trips took is known too late for a window. */
export const etaWindows: readonly Window[] = [
  {
    name: 'driver_trips_1h',
    description: 'Trips of the driver that were ordered in the last hour.',
    key: 'driver_id',
    kind: 'count',
    windowMs: HOUR_MS,
  },
  {
    name: 'driver_trips_24h',
    description: 'Trips of the driver that were ordered in the last 24 hours.',
    key: 'driver_id',
    kind: 'count',
    windowMs: DAY_MS,
  },
  {
    name: 'driver_distance_24h',
    description: 'Kilometres of the trips of the driver in the last 24 hours.',
    key: 'driver_id',
    kind: 'sum',
    of: distance,
    windowMs: DAY_MS,
  },
  {
    name: 'driver_mean_rating',
    description: 'Mean rating of the driver so far.',
    key: 'driver_id',
    kind: 'mean',
    of: event => event.driver_rating,
    windowMs: 'forever',
  },
  {
    name: 'driver_seconds_since_last',
    description: 'Seconds since the last trip of the driver was ordered.',
    key: 'driver_id',
    kind: 'sinceLast',
    windowMs: 'forever',
  },
  {
    name: 'vehicle_trips_24h',
    description: 'Trips of the vehicle in the last 24 hours.',
    key: 'vehicle_id',
    kind: 'count',
    windowMs: DAY_MS,
  },
  {
    name: 'vehicle_mean_distance_24h',
    description: 'Mean kilometres of the trips of the vehicle in the last 24 hours.',
    key: 'vehicle_id',
    kind: 'mean',
    of: distance,
    windowMs: DAY_MS,
  },
  {
    name: 'vehicle_bad_weather_share_24h',
    description: 'Share of the trips of the vehicle in the last 24 hours in weather that can be bad.',
    key: 'vehicle_id',
    kind: 'share',
    where: event => event.weather !== 'Clear' && event.weather !== 'Clouds',
    windowMs: DAY_MS,
  },
]
