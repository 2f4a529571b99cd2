import { etaLists } from './eta-domain.ts'
import { debugOnly, id, integer, later, number, object, oneOf, timestamp } from './fields.ts'

const place = (description: string) =>
  object(
    {
      lat: number('Latitude.', { unit: 'degrees', domain: [29.5, 30.1], limits: [-90, 90] }),
      lon: number('Longitude.', { unit: 'degrees', domain: [-95.8, -95], limits: [-180, 180] }),
    },
    description,
  )

/** What the event of a trip says. */
export const etaFields = {
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
}
