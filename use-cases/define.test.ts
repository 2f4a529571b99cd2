import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Declaration, defineUseCase } from './define.ts'
import { debugOnly, id, later, number, object, timestamp } from './fields.ts'
import type { EventGenerator, GeneratorSettings } from './generator.ts'
import { testSettings } from './test-sources.ts'

const fields = {
  trip_id: id('Identifier.'),
  at: timestamp('When.'),
  distance: number('Distance.', { unit: 'km' }),
  place: object({ lat: number('Latitude.') }, 'Where.'),
  seconds: later(number('Truth.')),
  cause: debugOnly(number('Hidden cause.')),
}

type TripEvent = { trip_id: string; at: string; distance: number; place: { lat: number } }

function generatorOf<E>(record: E): (settings: GeneratorSettings<never>) => EventGenerator<E> {
  return () => ({
    next: () => ({ kind: 'event', timeMs: 0, key: null, record }),
    drift() {},
    setRate() {},
    drain: () => [],
    counters: () => ({}),
  })
}

const trip: TripEvent = { trip_id: 'a', at: '2026-01-05T00:00:00Z', distance: 1, place: { lat: 2 } }

const declaration = {
  id: 'TRIP',
  title: 'Trips',
  description: 'A trip.',
  topic: 'trips',
  eventId: 'trip_id',
  key: 'trip_id',
  time: 'at',
  fields,
  task: 'regression',
  label: { field: 'seconds', unit: 's', maturityMs: null, description: 'Truth.' },
  group: null,
  features: [{ name: 'distance', kind: 'numeric', description: 'Distance.', of: event => event.distance }],
  online: { learner: 'robust-rls', params: {} },
  metrics: ['mae'],
  options: { speed: { type: 'number', default: 3, min: 1, description: 'Speed.' } },
  generate: generatorOf(trip),
} as const satisfies Declaration<'TRIP', typeof fields, 'regression', Record<string, never>> | object

test('a declaration whose parts agree compiles and is given back with defaults filled in', () => {
  const useCase = defineUseCase({
    ...declaration,
    features: [
      { name: 'distance', kind: 'numeric', description: 'Distance.', of: event => event.distance },
      {
        name: 'lat',
        kind: 'numeric',
        scope: 'group',
        description: 'Latitude.',
        of: event => event.place.lat,
      },
    ],
  })
  assert.deepEqual(
    useCase.features.map(({ name, scope }) => [name, scope]),
    [
      ['distance', 'event'],
      ['lat', 'group'],
    ],
  )
  assert.deepEqual(useCase.generate(testSettings()).next().record, trip)
})

test('options are completed, read from text and checked before the generator sees them', () => {
  let seen: unknown
  const useCase = defineUseCase({
    ...declaration,
    features: [],
    generate(settings) {
      seen = settings.options.speed satisfies number
      return generatorOf(trip)(settings as never)
    },
  })
  useCase.generate(testSettings())
  assert.equal(seen, 3)
  useCase.generate(testSettings({ options: { speed: '4.5' } }))
  assert.equal(seen, 4.5)
  for (const options of [{ speed: 0 }, { speed: 'fast' }, { haste: 1 }]) {
    assert.throws(() => useCase.generate(testSettings({ options })), { code: 'INVALID_OPTION' })
  }
})

test('what types cannot say is refused when the file loads', () => {
  const refused = { code: 'INVALID_USE_CASE' }
  assert.throws(() => defineUseCase({ ...declaration, features: [], id: 'trip' as 'TRIP' }), refused)
  assert.throws(() => defineUseCase({ ...declaration, features: [], time: 'trip_id' }), refused)
  const feature = { name: 'x', kind: 'numeric', description: 'X.', of: () => 1 } as const
  assert.throws(() => defineUseCase({ ...declaration, features: [feature, feature] }), refused)
  const camel = { ...fields, camelCase: later(number('A name that JSON does not use.')) }
  assert.throws(() => defineUseCase({ ...declaration, fields: camel, features: [] }), refused)
})

// What follows never runs: it compiles only if each marked line is an error.
export const mistakes = () => {
  const base = { ...declaration, features: [] }
  // @ts-expect-error a generator whose events lack a declared field
  defineUseCase({ ...base, generate: generatorOf({ trip_id: 'a', at: '', distance: 1 }) })
  // @ts-expect-error a generator whose events have a field of another type
  defineUseCase({ ...base, generate: generatorOf({ ...trip, distance: 'far' }) })
  // @ts-expect-error a generator whose nested object has a member of another type
  defineUseCase({ ...base, generate: generatorOf({ ...trip, place: { lat: '29.5' } }) })
  // @ts-expect-error a regression that lists a classification metric
  defineUseCase({ ...base, metrics: ['mae', 'recall'] })
  // @ts-expect-error a metric that does not exist
  defineUseCase({ ...base, metrics: ['accurracy'] })
  // @ts-expect-error an event id that is not a field
  defineUseCase({ ...base, eventId: 'transaction_id' })
  // @ts-expect-error a partition key that is a number
  defineUseCase({ ...base, key: 'distance' })
  // @ts-expect-error a label that is known when the event happens
  defineUseCase({ ...base, label: { ...declaration.label, field: 'distance' } })
  // @ts-expect-error a group outside clustering
  defineUseCase({ ...base, group: 'trip_id' })
  // @ts-expect-error a task that does not exist
  defineUseCase({ ...base, task: 'ranking' })
  const feature = { name: 'x', kind: 'numeric', description: 'X.' } as const
  defineUseCase({
    ...declaration,
    features: [
      // @ts-expect-error a feature that reads a later field, the label
      { ...feature, of: event => event.seconds ?? null },
      // @ts-expect-error a feature that reads a hidden cause
      { ...feature, of: event => event.cause ?? null },
      // @ts-expect-error a feature that reads a field that is not declared
      { ...feature, of: event => event.speed },
    ],
  })
  // @ts-expect-error a feature that is no scalar
  defineUseCase({ ...declaration, features: [{ ...feature, of: event => event.place }] })
}
