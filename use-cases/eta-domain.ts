import { commonOptions } from './common-options.ts'
import type { OptionSpecs } from './options.ts'

export const etaLists = {
  weather: ['Clear', 'Clouds', 'Rain', 'Heavy Rain', 'Fog', 'Thunderstorm'],
  vehicleTypes: ['Sedan', 'SUV', 'Hatchback', 'Motorcycle', 'Van'],
} as const

/** The law of the stream. Ranges are [low, high]; times in seconds, distances in kilometres. */
export const etaLaw = {
  latitude: [29.5, 30.1],
  longitude: [-95.8, -95],
  speedKmh: 40,
  earthRadiusKm: 6371,
  drivers: [1000, 5000],
  vehicles: [100, 999],
  weatherWeights: [0.6, 0.15, 0.1, 0.05, 0.05, 0.05],
  weatherFactors: {
    Rain: [1.1, 1.4],
    'Heavy Rain': [1.3, 1.8],
    Fog: [1.2, 1.6],
    Thunderstorm: [1.4, 2],
  },
  trafficRushLow: 1.3,
  trafficWeekend: [0.8, 1.2],
  trafficOther: [0.9, 1.4],
  rushHours: [
    [6, 9],
    [16, 19],
  ],
  incidentSeconds: [300, 1800],
  rating: [3.5, 5],
  noiseSeconds: [-60, 60],
  initialNoise: [0.9, 1.1],
  minSeconds: 60,
  temperature: [15, 30],
  /** Seconds between events at the reference pace. */
  pause: [0.1, 1],
} as const

/** The other concept that drift leads to: road works multiply the traffic factor. */
export const etaDriftLaw = { trafficFactor: 1.35 } as const

/** Realistic mode: drivers with a lasting pace of their own, and labels when the trip ends in demo time. */
export const etaRealism = {
  drivers: [1000, 4999],
  driverSigma: 0.03,
  /** A trip of 4500 s ends after 4.5 s. */
  labelSecondsPerTripSecond: 1 / 1000,
} as const

export const etaOptions = {
  'heavy-traffic-multiplier': {
    type: 'number',
    default: 2,
    min: 1.3,
    max: 10,
    description: 'Highest traffic factor in the rush hours of working days; the lowest is 1.3.',
  },
  'bad-weather-probability': {
    type: 'number',
    default: 0.1,
    min: 0,
    max: 1,
    description: 'Probability that weather which can be bad slows the trip.',
  },
  'incident-probability': {
    type: 'number',
    default: 0.02,
    min: 0,
    max: 1,
    description: 'Probability of an incident that costs 300 to 1800 seconds.',
  },
  timezone: {
    type: 'text',
    default: 'UTC',
    realisticDefault: 'America/Chicago',
    description: 'IANA time zone of hour_of_day and day_of_week, and so of the rush hours.',
  },
  ...commonOptions,
} as const satisfies OptionSpecs
