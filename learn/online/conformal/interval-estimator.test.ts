import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import { mixedColumns } from '../test-streams.ts'
import {
  createIntervalEstimator,
  type IntervalEstimator,
  loadIntervalEstimator,
} from './interval-estimator.ts'

const columns: readonly Column[] = [
  { name: 'x', kind: 'numeric' },
  { name: 'kind', kind: 'nominal' },
]
const out = new Float64Array(2)

interface Case {
  row: Row
  prediction: number
  target: number
}

/** Errors whose spread depends on the category, and grows with the prediction if asked for. */
function cases(n: number, seed: string, { relative = false, spread = 1 } = {}): Case[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => {
    const kind = random.below(3)
    const prediction = relative ? 20 + 100 * random.next() : 3 * random.normal()
    const noise = spread * (1 + 2 * kind) * random.normal() * (relative ? prediction / 50 : 1)
    return { row: Float64Array.of(random.normal(), kind), prediction, target: prediction + noise }
  })
}

/** Coverage per category over the cases from `from` on. */
function coverage(estimator: IntervalEstimator, list: readonly Case[], from: number): number[] {
  const hits = [0, 0, 0]
  const counts = [0, 0, 0]
  list.forEach(({ row, prediction, target }, i) => {
    estimator.interval(row, prediction, out)
    if (i >= from) {
      counts[row[1]]++
      if (out[0] <= target && target <= out[1]) hits[row[1]]++
    }
    estimator.update(row, prediction, target)
  })
  return hits.map((hit, kind) => hit / counts[kind])
}

test('each category gets its coverage, whether errors grow with the prediction or not', () => {
  for (const relative of [false, true]) {
    for (const level of [0.8, 0.9]) {
      const shares = coverage(
        createIntervalEstimator({ level, columns }),
        cases(12_000, 'k', { relative }),
        4000,
      )
      for (const share of shares) assert.ok(Math.abs(share - level) < 0.03, `${level}: ${shares.join()}`)
    }
  }
})

test('after errors have become three times as large the coverage comes back', () => {
  const estimator = createIntervalEstimator({ columns })
  coverage(estimator, cases(5000, 'before'), 0)
  const shares = coverage(estimator, cases(6000, 'after', { spread: 3 }), 3000)
  for (const share of shares) assert.ok(Math.abs(share - 0.9) < 0.04, shares.join())
})

test('there is no interval before fifty labels, and it holds the prediction afterwards', () => {
  const estimator = createIntervalEstimator({ columns })
  cases(400, 'start').forEach(({ row, prediction, target }, i) => {
    estimator.interval(row, prediction, out)
    assert.equal(Number.isNaN(out[0]) && Number.isNaN(out[1]), i < 50)
    if (i >= 50) assert.ok(out[0] <= prediction && prediction <= out[1])
    estimator.update(row, prediction, target)
  })
})

test('a saved estimator continues as if it had never stopped', () => {
  const whole = createIntervalEstimator({ columns })
  let parts = createIntervalEstimator({ columns })
  cases(600, 'save').forEach(({ row, prediction, target }, i) => {
    whole.update(row, prediction, target)
    parts.update(row, prediction, target)
    if ([3, 49, 50, 300].includes(i))
      parts = loadIntervalEstimator(createStateReader(stateOf(parts)), columns)
  })
  assert.deepEqual(new Uint8Array(stateOf(parts)), new Uint8Array(stateOf(whole)))
  assert.ok(whole.sizeBytes() > 0 && whole.updates === 600)
})

test('whatever is fed, bounds are numbers in order', () => {
  const wild = fc.constantFrom(Number.NaN, -1, 0, 1, 70_000, -1e300, 1e300, Infinity, 1e-310)
  const example = fc.array(wild, { minLength: 7, maxLength: 7 })
  fc.assert(
    fc.property(fc.array(example, { minLength: 1, maxLength: 40 }), list => {
      const estimator = createIntervalEstimator({ columns: mixedColumns })
      for (let i = 0; i < 60; i++) estimator.update(Float64Array.of(i, 0, 1, 1, i), i, i + (i % 7))
      for (const values of list) {
        estimator.update(Float64Array.from(values.slice(0, 5)), values[5], values[6])
        estimator.interval(Float64Array.from(values.slice(0, 5)), 7, out)
        assert.ok(out[0] <= 7 && out[1] >= 7, out.join())
      }
    }),
    { numRuns: 60 },
  )
})

test('an impossible level is refused', () => {
  for (const level of [0.2, 1, Number.NaN]) {
    assert.throws(() => createIntervalEstimator({ level, columns }), { code: 'INVALID_PARAMETER' })
  }
})

function stateOf(estimator: IntervalEstimator): ArrayBuffer {
  const writer = createStateWriter()
  estimator.save(writer)
  return writer.finish()
}
