import { defineUseCase } from './define.ts'
import { etaLists, etaOptions } from './eta-domain.ts'
import { createEtaGenerator } from './eta-generator.ts'
import { debugOnly, id, integer, later, number, object, oneOf, timestamp } from './fields.ts'

const place = (description: string) =>
  object(
    {
      lat: number('Latitude.', { unit: 'degrees', domain: [29.5, 30.1], limits: [-90, 90] }),
      lon: number('Longitude.', { unit: 'degrees', domain: [-95.8, -95], limits: [-180, 180] }),
    },
    description,
  )

/** Estimated time of arrival: how long will a trip take? */
export const eta = defineUseCase({
  id: 'ETA',
  title: 'Estimated time of arrival',
  description: 'A trip that is about to start in Houston, whose travel time is to be predicted.',
  topic: 'estimated_time_of_arrival',
  eventId: 'trip_id',
  key: 'driver_id',
  time: 'timestamp',
  fields: {
    trip_id: id('Identifier of the trip.'),
    driver_id: id('Who drives. In realistic mode each driver has a lasting pace of their own.'),
    vehicle_id: id('The vehicle.'),
    timestamp: timestamp('When the trip was ordered.'),
    origin: place('Where the trip starts.'),
    destination: place('Where the trip ends.'),
    estimated_distance_km: number('Great-circle distance of the trip.', {
      unit: 'kilometres',
      domain: [0, 102],
      limits: [0, Infinity],
    }),
    weather: oneOf(etaLists.weather, 'Weather.'),
    temperature_celsius: number('Air temperature; independent of the weather.', {
      unit: 'degrees Celsius',
      domain: [15, 30],
      limits: [-273.15, Infinity],
    }),
    day_of_week: integer('Day of the week, 0 for Monday to 6 for Sunday.', {
      domain: [0, 6],
      limits: [0, 6],
    }),
    hour_of_day: integer('Hour of the day.', { unit: 'hours', domain: [0, 23], limits: [0, 23] }),
    driver_rating: number('Mean rating of the driver.', {
      unit: 'stars',
      domain: [3.5, 5],
      limits: [0, Infinity],
    }),
    vehicle_type: oneOf(etaLists.vehicleTypes, 'Kind of vehicle.'),
    initial_estimated_travel_time_seconds: integer('Estimate from distance alone, at 40 km/h.', {
      unit: 'seconds',
      domain: [60, 10_100],
      limits: [0, Infinity],
    }),
    simulated_actual_travel_time_seconds: later(
      integer('Truth: how long the trip took. In realistic mode it arrives later, as a label.', {
        unit: 'seconds',
        domain: [60, 25_000],
        limits: [0, Infinity],
      }),
    ),
    debug_traffic_factor: debugOnly(
      number('Hidden cause: traffic factor. Parity mode only.', { domain: [0.8, 2] }),
    ),
    debug_weather_factor: debugOnly(
      number('Hidden cause: weather factor. Parity mode only.', { domain: [1, 2] }),
    ),
    debug_incident_delay_seconds: debugOnly(
      integer('Hidden cause: delay by an incident. Parity mode only.', {
        unit: 'seconds',
        domain: [0, 1800],
      }),
    ),
    debug_driver_factor: debugOnly(
      number('Hidden cause: driver factor. Parity mode only.', { domain: [0.97, 1.05] }),
    ),
  },
  task: 'regression',
  label: {
    field: 'simulated_actual_travel_time_seconds',
    unit: 'seconds',
    maturityMs: null,
    description: 'Travel time, known when the trip ends.',
  },
  group: null,
  features: [
    {
      name: 'estimated_distance_km',
      kind: 'numeric',
      description: 'Great-circle distance in kilometres.',
      of: event => event.estimated_distance_km,
    },
    {
      name: 'temperature_celsius',
      kind: 'numeric',
      description: 'Air temperature in degrees Celsius.',
      of: event => event.temperature_celsius,
    },
    {
      name: 'driver_rating',
      kind: 'numeric',
      description: 'Rating of the driver in stars.',
      of: event => event.driver_rating,
    },
    {
      name: 'initial_estimated_travel_time_seconds',
      kind: 'numeric',
      description: 'Estimate from distance alone, in seconds.',
      of: event => event.initial_estimated_travel_time_seconds,
    },
    { name: 'hour_of_day', kind: 'nominal', description: 'Hour of the day.', of: event => event.hour_of_day },
    { name: 'day_of_week', kind: 'nominal', description: 'Day of the week.', of: event => event.day_of_week },
    {
      name: 'is_weekend',
      kind: 'nominal',
      description: 'Whether the day is Saturday or Sunday.',
      of: event => event.day_of_week >= 5,
    },
    { name: 'weather', kind: 'nominal', description: 'Weather.', of: event => event.weather },
    {
      name: 'vehicle_type',
      kind: 'nominal',
      description: 'Kind of vehicle.',
      of: event => event.vehicle_type,
    },
  ],
  // Hour and weekend together make the traffic: rush hours are those of working days.
  online: {
    learner: 'robust-rls',
    params: { scale: 'estimated_distance_km', cross: 'hour_of_day*is_weekend' },
  },
  metrics: [
    'mae',
    'rmse',
    'mape',
    'r2',
    'smape',
    'mse',
    'rmsle',
    'rollingMae',
    'rollingRmse',
    'timeRollingMae',
  ],
  options: etaOptions,
  generate: createEtaGenerator,
})
