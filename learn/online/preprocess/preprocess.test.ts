import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter, type StateWriter } from '../../state/writer.ts'
import type { Column } from '../learner.ts'
import { createRegressionJackknife, loadRegressionJackknife } from '../linear/regression-jackknife.ts'
import { createImputer } from './imputer.ts'
import { createOneHotEncoder, loadOneHotEncoder } from './one-hot-encoder.ts'
import { createTargetEncoder } from './target-encoder.ts'

const columns: Column[] = [
  { name: 'size', kind: 'numeric' },
  { name: 'colour', kind: 'nominal' },
]

function saved(item: { save(out: StateWriter): void }): ReturnType<typeof createStateReader> {
  const out = createStateWriter()
  item.save(out)
  return createStateReader(out.finish())
}

test('an imputer fills in the mean of what was seen and the most frequent category, the first of equals', () => {
  const imputer = createImputer({ columns })
  const out = new Float64Array(2)
  const missing = Float64Array.of(Number.NaN, -1)
  imputer.fill(missing, out)
  assert.deepEqual([...out], [Number.NaN, -1])
  for (const row of [
    [1, 3],
    [Infinity, 5],
    [5, 5],
    [Number.NaN, 3],
    [6, -1],
  ])
    imputer.learn(Float64Array.from(row))
  for (const filled of [imputer, createImputer({ columns }, saved(imputer))]) {
    filled.fill(missing, out)
    assert.deepEqual([...out], [4, 5])
    filled.fill(Float64Array.of(9, 2), out)
    assert.deepEqual([...out], [9, 2])
  }
  const constant = createImputer({ columns, constant: -1 })
  constant.fill(missing, out)
  assert.deepEqual([...out], [-1, -1])
})

test('a one-hot encoder gives outputs in order of first sight, and none beyond its bound', () => {
  const encoder = createOneHotEncoder(2, 3)
  for (const [column, code] of [
    [1, 7],
    [0, 7],
    [1, 7],
    [1, -1],
    [0, 0],
    [0, 1],
  ] as const)
    encoder.learn(column, code)
  for (const known of [encoder, loadOneHotEncoder(saved(encoder))]) {
    assert.equal(known.size, 3)
    assert.deepEqual(
      [
        known.indexOf(1, 7),
        known.indexOf(0, 7),
        known.indexOf(0, 0),
        known.indexOf(0, 1),
        known.indexOf(1, -1),
      ],
      [0, 1, 2, -1, -1],
    )
  }
})

test('a target encoder says of a category what its earlier examples were, pulled towards all', () => {
  const encoder = createTargetEncoder({ smoothing: 2 })
  assert.equal(encoder.encode(3), 0)
  encoder.learn(3, 10)
  // (1 * 10 + 2 * 10) / 3: of the first example nothing but itself is known, and it is not in its own input.
  assert.equal(encoder.encode(3), 10)
  encoder.learn(4, 1)
  encoder.learn(4, 1)
  assert.equal(encoder.encode(-1), 4)
  assert.equal(encoder.encode(4), (2 * 1 + 2 * 4) / 4)
  encoder.learn(4, Number.NaN)
  encoder.learn(4, 100, 0)
  assert.equal(createTargetEncoder({ smoothing: 2 }, saved(encoder)).encode(4), encoder.encode(4))
})

test('a jackknife goes on after it was saved', () => {
  const jackknife = createRegressionJackknife(0.8)
  for (let i = 0; i < 200; i++) jackknife.update(0, (i * 37) % 101)
  const bounds = new Float64Array(2)
  const loaded = new Float64Array(2)
  const again = loadRegressionJackknife(saved(jackknife))
  for (const each of [jackknife, again]) each.update(0, 50)
  jackknife.interval(1000, bounds)
  again.interval(1000, loaded)
  assert.deepEqual(loaded, bounds)
  assert.ok(bounds[0] > 1005 && bounds[0] < 1015 && bounds[1] > 1085 && bounds[1] < 1095, String(bounds))
})
