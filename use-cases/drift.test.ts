import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DriftKnob, createDrift, parseDriftKnobs } from './drift.ts'
import { testRandom } from './test-sources.ts'

function shareOfNew(knob: DriftKnob, seconds: number): number {
  const drift = createDrift()
  drift.add(knob, 1000)
  const random = testRandom(3)
  const draws = 20_000
  let count = 0
  for (let draw = 0; draw < draws; draw++) if (drift.isNewConcept(1000 + seconds * 1000, random)) count++
  return count / draws
}

const isNear = (given: number, wanted: number) =>
  assert.ok(Math.abs(given - wanted) < 0.015, `${given}, wanted ${wanted}`)

test('abrupt drift replaces the concept at its time', () => {
  assert.equal(shareOfNew({ kind: 'abrupt', at: 10 }, 9.99), 0)
  assert.equal(shareOfNew({ kind: 'abrupt', at: 10 }, 10), 1)
})

test('gradual drift mixes both concepts, more and more of the new', () => {
  const knob = { kind: 'gradual', at: 10, width: 20 } as const
  for (const [seconds, share] of [
    [5, 0],
    [15, 0.25],
    [25, 0.75],
    [31, 1],
  ] as const) {
    isNear(shareOfNew(knob, seconds), share)
  }
})

test('seasonal drift swings to the new concept and back', () => {
  const knob = { kind: 'seasonal', period: 100 } as const
  for (const [seconds, share] of [
    [0, 0],
    [25, 0.5],
    [50, 1],
    [100, 0],
  ] as const) {
    isNear(shareOfNew(knob, seconds), share)
  }
})

test('a burst multiplies for its length, and bursts that overlap multiply each other', () => {
  const drift = createDrift()
  drift.add({ kind: 'burst', at: 10, length: 5, factor: 4 }, 0)
  drift.add({ kind: 'burst', at: 0, length: 2, factor: 3 }, 12_000)
  assert.deepEqual(
    [9999, 10_000, 12_500, 14_500, 15_000].map(ms => drift.factor(ms)),
    [1, 4, 12, 4, 1],
  )
})

test('without a mixture under way no random number is used', () => {
  const drift = createDrift()
  drift.add({ kind: 'abrupt', at: 10 }, 0)
  const forbidden = { next: () => assert.fail('drew a number') }
  assert.equal(drift.isNewConcept(0, forbidden), false)
  assert.equal(drift.isNewConcept(10_000, forbidden), true)
})

test('knobs are written as calls', () => {
  assert.deepEqual(parseDriftKnobs('abrupt(600) gradual(10, 20); seasonal(3600) burst(1,2,3.5)'), [
    { kind: 'abrupt', at: 600 },
    { kind: 'gradual', at: 10, width: 20 },
    { kind: 'seasonal', period: 3600 },
    { kind: 'burst', at: 1, length: 2, factor: 3.5 },
  ])
  assert.deepEqual(parseDriftKnobs('  '), [])
})

test('a knob that cannot be is refused', () => {
  for (const text of [
    'abrupt',
    'abrupt()',
    'abrupt(-1)',
    'gradual(1)',
    'seasonal(0)',
    'flood(1)',
    'toString(1)',
    'burst(1,2,x)',
  ]) {
    assert.throws(() => parseDriftKnobs(text), { code: 'INVALID_DRIFT' }, text)
  }
})
