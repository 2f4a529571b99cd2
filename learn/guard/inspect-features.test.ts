import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../math/random.ts'
import type { GuardColumn, GuardFinding, GuardValue } from './guard-column.ts'
import { inspectFeatures } from './inspect-features.ts'

const ROWS = 3000
const START_MS = Date.UTC(2026, 0, 5)

/** Trips whose duration is distance times hidden factors, as a generator that shows its causes would give them. */
function trips(): { columns: GuardColumn[]; causes: GuardColumn[]; target: number[]; times: number[] } {
  const random = createRandom('trips')
  const distance: number[] = []
  const temperature: number[] = []
  const causes = [[], [], [], []] as number[][]
  const target: number[] = []
  const times: number[] = []
  for (let i = 0; i < ROWS; i++) {
    const km = 5 + 60 * random.next()
    const factors = [0.8 + 1.1 * random.next(), 1 + 0.6 * random.next() ** 3, 0.9 + 0.3 * random.next()]
    const incident = random.next() < 0.05 ? 300 + 1500 * random.next() : 0
    distance.push(km)
    temperature.push(15 + 15 * random.next())
    factors.forEach((factor, k) => causes[k].push(factor))
    causes[3].push(incident)
    target.push(
      factors.reduce((product, factor) => product * factor, 90 * km) + incident + 60 * random.next(),
    )
    times.push(START_MS + 971 * i)
  }
  return {
    columns: [
      numeric('distance', distance),
      numeric(
        'estimate',
        distance.map(km => Math.round(90 * km)),
      ),
      numeric('temperature', temperature),
    ],
    causes: ['traffic', 'weather', 'driver', 'incident'].map((name, k) =>
      numeric(`debug_${name}`, causes[k]),
    ),
    target,
    times,
  }
}

/** One in fifty is a fraud, told by the amount and by nothing else. */
function payments(): { columns: GuardColumn[]; target: number[]; times: number[] } {
  const random = createRandom('payments')
  const target = Array.from({ length: ROWS }, () => (random.next() < 0.02 ? 1 : 0))
  const amounts = target.map(label => Math.round(100 * Math.exp(6 + 2 * label + 0.8 * random.normal())) / 100)
  const shops = target.map(() => `shop_${random.below(900)}`)
  const times = target.map((_, i) => START_MS + 1234 * i)
  return { columns: [numeric('amount', amounts), nominal('merchant', shops)], target, times }
}

const numeric = (name: string, values: readonly GuardValue[]): GuardColumn => ({
  name,
  kind: 'numeric',
  values,
})
const nominal = (name: string, values: readonly GuardValue[]): GuardColumn => ({
  name,
  kind: 'nominal',
  values,
})
const told = (findings: readonly GuardFinding[]) =>
  findings.map(({ code, fields }) => [code, [...fields].sort()])

describe('the leak guard', () => {
  const { columns, causes, target, times } = trips()
  const fraud = payments()

  test('lets an amount pass, though nearly all of its values differ', async () => {
    const amounts = new Set(fraud.columns[0].values).size / ROWS
    assert.ok(amounts > 0.95, `${amounts}`)
    assert.deepEqual(await inspectFeatures({ ...fraud, task: 'classification' }), [])
  })

  test('lets honest features pass, however much they tell', async () => {
    assert.deepEqual(await inspectFeatures({ columns, target, times, task: 'regression' }), [])
  })

  test('refuses causes of the label that say little one by one and everything together', async () => {
    const findings = await inspectFeatures({
      columns: [...columns, ...causes],
      target,
      times,
      task: 'regression',
    })
    assert.deepEqual(told(findings), [
      ['LEAK', ['debug_driver', 'debug_incident', 'debug_traffic', 'debug_weather']],
    ])
    assert.ok(findings[0].value > findings[0].limit)
    assert.match(findings[0].message, /residual variance/)
  })

  test('refuses identifiers, also of places that are written as JSON', async () => {
    const ids = times.map(time => `trip_${time}`)
    const places = times.map((_, i) => ({ lat: 29.5 + i / 1e4, lon: -95 }))
    const added = [
      nominal('trip_id', ids),
      nominal('origin', places),
      nominal(
        'destination',
        places.map(p => JSON.stringify(p)),
      ),
    ]
    const findings = await inspectFeatures({
      columns: [...columns, ...added],
      target,
      times,
      task: 'regression',
    })
    assert.deepEqual(told(findings), [
      ['ID_LIKE', ['trip_id']],
      ['ID_LIKE', ['origin']],
      ['ID_LIKE', ['destination']],
    ])
  })

  test('refuses a copy of the label, in whatever form', async () => {
    const copy = nominal(
      'reviewed_as',
      fraud.target.map(label => (label === 1 ? 'bad' : 'good')),
    )
    const findings = await inspectFeatures({
      ...fraud,
      columns: [...fraud.columns, copy],
      task: 'classification',
    })
    assert.deepEqual(told(findings), [['LEAK', ['reviewed_as']]])
    const minutes = numeric(
      'minutes',
      target.map(seconds => Math.round(seconds / 60)),
    )
    const other = await inspectFeatures({ columns: [...columns, minutes], target, times, task: 'regression' })
    assert.deepEqual(told(other), [['LEAK', ['minutes']]])
  })

  test('refuses what is declared, or dated, after the event', async () => {
    const refund: GuardColumn = { ...nominal('refunded', fraud.target), availability: 'later' }
    const closed = numeric(
      'closed_at',
      times.map((time, i) => time + 1000 * target[i]),
    )
    const written = nominal(
      'closed',
      times.map((time, i) => new Date(time + 60_000 * (i % 7)).toISOString().slice(0, 17)),
    )
    assert.deepEqual(
      told(await inspectFeatures({ ...fraud, columns: [...fraud.columns, refund], task: 'classification' })),
      [['LATER_FIELD', ['refunded']]],
    )
    const findings = await inspectFeatures({
      columns: [...columns, closed, written],
      target,
      times,
      task: 'regression',
    })
    assert.deepEqual(findings[0].code, 'AFTER_EVENT')
    assert.deepEqual(findings[0].fields, ['closed_at'])
  })

  test('refuses the minute and the second of the event, not the hour', async () => {
    const clock = (name: string, ms: number, modulus: number) =>
      nominal(
        name,
        times.map(time => Math.floor(time / ms) % modulus),
      )
    const added = [clock('minute', 60_000, 60), clock('second', 1000, 60), clock('hour', 3_600_000, 24)]
    const findings = await inspectFeatures({
      columns: [...columns, ...added],
      target: null,
      times,
      task: 'clustering',
    })
    assert.deepEqual(told(findings), [
      ['CLOCK_FRACTION', ['minute']],
      ['CLOCK_FRACTION', ['second']],
    ])
  })

  test('lets the day pass where the target follows a trend', async () => {
    const random = createRandom('trend')
    const trend = times.map((_, i) => 50 + 8 * Math.sin(i / 400) + random.normal())
    const day = numeric(
      'day',
      times.map((_, i) => i),
    )
    const options = { target: trend, times, task: 'regression' } as const
    assert.deepEqual(
      await inspectFeatures({ ...options, columns: [columns[0], { ...day, clock: true }] }),
      [],
    )
    assert.deepEqual(told(await inspectFeatures({ ...options, columns: [columns[0], day] })), [
      ['LEAK', ['day']],
    ])
  })

  test('tells what was acknowledged apart', async () => {
    const options = {
      columns: [nominal('trip', times.map(String))],
      target: null,
      task: 'clustering',
    } as const
    assert.equal((await inspectFeatures(options))[0].acknowledged, false)
    assert.equal((await inspectFeatures({ ...options, acknowledged: ['trip'] }))[0].acknowledged, true)
  })

  test('survives missing values, unknown labels and constant columns', async () => {
    const holes = numeric(
      'holes',
      target.map((_, i) => (i % 3 === 0 ? null : i % 7 === 0 ? Infinity : i)),
    )
    const added = [
      holes,
      nominal(
        'none',
        target.map(() => null),
      ),
      nominal(
        'same',
        target.map(() => 'x'),
      ),
    ]
    const labels = target.map((y, i) => (i % 5 === 0 ? Number.NaN : y))
    const options = { columns: [...columns, ...added], times, task: 'regression' } as const
    assert.deepEqual(await inspectFeatures({ ...options, target: labels }), [])
    assert.deepEqual(await inspectFeatures({ ...options, target: labels.map(() => 7) }), [])
  })

  test('refuses columns of unequal length and impossible labels', async () => {
    const wrong = { code: 'INVALID_GUARD_INPUT' }
    await assert.rejects(inspectFeatures({ columns, target: [1], task: 'regression' }), wrong)
    await assert.rejects(
      inspectFeatures({ columns, target: target.map(() => 0.5), task: 'classification' }),
      wrong,
    )
    await assert.rejects(
      inspectFeatures({ columns: [...columns, numeric('short', [1])], target, task: 'regression' }),
      wrong,
    )
  })
})
