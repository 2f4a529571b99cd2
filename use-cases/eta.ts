import { defineUseCase } from './define.ts'
import { etaOptions } from './eta-domain.ts'
import { etaFields } from './eta-fields.ts'
import { createEtaGenerator } from './eta-generator.ts'
import { etaWindows } from './eta-windows.ts'

/** Estimated time of arrival: how long will a trip take? */
export const eta = defineUseCase({
  id: 'ETA',
  title: 'Estimated time of arrival',
  description: 'A trip that is about to start in Houston, whose travel time is to be predicted.',
  topic: 'estimated_time_of_arrival',
  eventId: 'trip_id',
  key: 'driver_id',
  time: 'timestamp',
  fields: etaFields,
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
    {
      name: 'hour_of_day',
      kind: 'nominal',
      clock: true,
      description: 'Hour of the day.',
      of: event => event.hour_of_day,
    },
    {
      name: 'day_of_week',
      kind: 'nominal',
      clock: true,
      description: 'Day of the week.',
      of: event => event.day_of_week,
    },
    {
      name: 'is_weekend',
      kind: 'nominal',
      clock: true,
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
  windows: etaWindows,
  // Hour and weekend together make the traffic: rush hours are those of working days.
  online: {
    learner: 'robust-rls',
    params: { scale: 'estimated_distance_km', cross: 'hour_of_day*is_weekend' },
  },
  slices: ['weather', 'vehicle_type', 'is_weekend'],
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
    'intervalCoverage',
    'rollingIntervalCoverage',
    'winklerScore',
  ],
  options: etaOptions,
  generate: createEtaGenerator,
})
