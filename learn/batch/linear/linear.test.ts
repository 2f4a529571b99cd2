import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Dataset } from '../dataset.ts'
import type { Scorer } from '../scorer.ts'
import { loadLinearScorer } from './linear-scorer.ts'
import { trainLogistic } from './train-logistic.ts'
import { trainRidge } from './train-ridge.ts'

interface Vector {
  a: number[]
  b: (number | null)[]
  c: number[]
  label: number[]
  value: number[]
  weight: number[]
  logistic: number[]
  balanced: number[]
  ridge: number[]
}

const vector = JSON.parse(readFileSync(new URL('vectors/linear.json', import.meta.url), 'utf8')) as Vector
const data: Dataset = {
  rows: vector.a.length,
  columns: [
    { name: 'a', kind: 'numeric' },
    { name: 'b', kind: 'numeric' },
    { name: 'c', kind: 'nominal', categories: ['p', 'q', 'r', 's'] },
  ],
  values: [
    Float64Array.from(vector.a),
    Float64Array.from(vector.b, value => value ?? Number.NaN),
    Int32Array.from(vector.c),
  ],
}
const labels = Float64Array.from(vector.label)
const values = Float64Array.from(vector.value)
const weights = Float64Array.from(vector.weight)

function assertNear(actual: Float64Array, expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length)
  expected.forEach((value, i) =>
    assert.ok(Math.abs(actual[i] - value) < tolerance, `${i}: ${actual[i]}, ${value}`),
  )
}

function rowOf(set: Dataset, row: number): Float64Array {
  return Float64Array.from(set.values, column => column[row])
}

test('logistic regression equals scikit-learn, with weights and with balanced classes', async () => {
  const weighted = await trainLogistic({ data, labels, weights, l2: 2 })
  assert.ok(weighted.converged)
  assertNear(weighted.scorer.rawAll(data), vector.logistic, 1e-7)
  const balanced = await trainLogistic({ data, labels, classWeight: 'balanced' })
  assertNear(balanced.scorer.rawAll(data), vector.balanced, 1e-7)
})

test('ridge regression equals scikit-learn', async () => {
  const { scorer } = await trainRidge({ data, labels: values, weights, l2: 3 })
  assertNear(scorer.rawAll(data), vector.ridge, 1e-9)
})

const scorers: readonly (readonly [string, () => Promise<{ scorer: Scorer }>])[] = [
  ['logistic regression', () => trainLogistic({ data, labels })],
  ['ridge regression', () => trainRidge({ data, labels: values })],
]

for (const [name, train] of scorers) {
  test(`${name}: one row scores as all do, and contributions sum to the score`, async () => {
    const { scorer } = await train()
    const all = scorer.rawAll(data)
    const out = new Float64Array(1)
    const sums = new Float64Array(4)
    for (let row = 0; row < data.rows; row++) {
      scorer.raw(rowOf(data, row), out)
      assert.equal(out[0], all[row])
      const parts = scorer.contributions(rowOf(data, row))
      assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - all[row]) < 1e-9)
      parts.forEach((part, i) => {
        sums[i] += part / data.rows
      })
    }
    // Relative to the training rows, so each column's mean is zero.
    assertNear(sums.subarray(0, 3), [0, 0, 0], 1e-9)
    const { gain } = scorer.importances()
    assert.ok(gain.every(value => value > 0))
  })

  test(`${name}: what training never saw counts as the mean`, async () => {
    const { scorer } = await train()
    const parts = scorer.contributions(Float64Array.of(Number.NaN, 0, 4))
    assert.ok(Math.abs(parts[0]) < 1e-9)
    assert.equal(parts[2], 0)
  })

  test(`${name}: saved and loaded it is the same bit for bit, and corrupt it is refused`, async () => {
    const { scorer } = await train()
    const out = createStateWriter()
    scorer.save(out)
    const state = out.finish()
    const input = createStateReader(state)
    const loaded = loadLinearScorer(input)
    input.end()
    assert.deepEqual(loaded.rawAll(data), scorer.rawAll(data))
    assert.deepEqual(loaded.importances(), scorer.importances())
    assert.deepEqual(loaded.columns, scorer.columns)
    for (let cut = 0; cut < state.byteLength; cut += 13) {
      assert.throws(() => loadLinearScorer(createStateReader(state.slice(0, cut))), {
        code: 'CHECKPOINT_CORRUPT',
      })
    }
    new DataView(state).setFloat64(state.byteLength - 8, Number.NaN, true)
    assert.throws(() => loadLinearScorer(createStateReader(state)), { code: 'CHECKPOINT_CORRUPT' })
  })
}

test('of many categories the frequent ones count alone, the others together', async () => {
  const random = createRandom(2)
  const rows = 6000
  const codes = Int32Array.from({ length: rows }, () => Math.floor(400 * random.next() ** 3))
  const many: Dataset = {
    rows,
    columns: [{ name: 'shop', kind: 'nominal', categories: Array.from({ length: 400 }, (_, i) => i) }],
    values: [codes],
  }
  const target = Float64Array.from(codes, code => (code < 10 ? code : code > 350 ? -5 : 0))
  const { scorer } = await trainRidge({ data: many, labels: target, l2: 0.1 })
  const say = (code: number) => scorer.contributions(Float64Array.of(code))[0]
  assert.ok(Math.abs(say(9) - say(3) - 6) < 0.1)
  const counts = new Int32Array(400)
  for (const code of codes) counts[code] += 1
  const rare = Array.from(counts.keys())
    .sort((a, b) => counts[b] - counts[a])
    .slice(110)
  assert.equal(new Set(rare.map(say)).size, 1)
  // So does one that comes later.
  assert.equal(say(400), say(rare[0]))
})

test('constant and missing columns are left out, separable classes converge', async () => {
  const flat: Dataset = {
    rows: 4,
    columns: [
      { name: 'x', kind: 'numeric' },
      { name: 'flat', kind: 'numeric' },
      { name: 'none', kind: 'numeric' },
      { name: 'one', kind: 'nominal', categories: ['only'] },
    ],
    values: [
      Float64Array.of(1, 2, 3, 4),
      new Float64Array(4).fill(0.1),
      new Float64Array(4).fill(Number.NaN),
      new Int32Array(4),
    ],
  }
  const { scorer, converged } = await trainLogistic({
    data: flat,
    labels: Float64Array.of(0, 0, 1, 1),
    l2: 1e-6,
  })
  assert.ok(converged)
  const parts = scorer.contributions(Float64Array.of(9, 9, 9, 1))
  assert.deepEqual(Array.from(parts.subarray(1, 4)), [0, 0, 0])
  assert.ok(scorer.rawAll(flat)[0] < -3)
})

test('bad input is told by code, before anything is learned', async () => {
  const good = { data, labels }
  const none = { ...data, rows: 0, values: data.values.map(column => column.slice(0, 0)) }
  const constant = { ...data, values: [new Float64Array(150), new Float64Array(150), new Int32Array(150)] }
  for (const [options, code] of [
    [{ data: none, labels: new Float64Array(0) }, 'NO_ROWS'],
    [{ data: constant }, 'NO_USABLE_COLUMN'],
    [{ labels: labels.map(() => Number.NaN) }, 'INVALID_LABEL'],
    [{ labels: labels.slice(1) }, 'SIZE_MISMATCH'],
    [{ weights: new Float64Array(150).fill(-1) }, 'INVALID_VALUE'],
    [{ l2: 0 }, 'INVALID_PARAMETER'],
    [{ signal: AbortSignal.abort() }, 'STOPPED'],
  ] as const) {
    await assert.rejects(trainRidge({ ...good, ...options }), { code })
    await assert.rejects(trainLogistic({ ...good, ...options }), { code })
  }
  await assert.rejects(trainLogistic({ data, labels: new Float64Array(150) }), { code: 'ONE_CLASS' })
  await assert.rejects(trainLogistic({ data, labels: values }), { code: 'INVALID_LABEL' })
})

test('an aborted signal stops the training within one iteration', async () => {
  const stop = new AbortController()
  let iterations = 0
  const onIteration = () => {
    iterations++
    stop.abort()
  }
  await assert.rejects(trainLogistic({ data, labels, onIteration, signal: stop.signal }), { code: 'STOPPED' })
  assert.equal(iterations, 1)
})
