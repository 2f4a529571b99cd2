import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { mixedColumns, travelTime } from '../test-streams.ts'
import { createAdaptiveRandomForestRegressor } from './adaptive-random-forest-regressor.ts'
import { drawnColumns } from './drawn-columns.ts'
import { medianOf } from './median-of.ts'
import { weightedMean } from './weighted-mean.ts'

const create = (params: Record<string, string | number>, seed: number | string = 1) =>
  createAdaptiveRandomForestRegressor({ columns: mixedColumns, params, seed })

test('trees are replaced when the target jumps, and the forest follows', () => {
  const forest = create({ leaf: 'mean', trees: 5 })
  const stream = travelTime(2000, 'forest')
  let late = 0
  stream.forEach(({ row, label }, i) => {
    const target = i < 1000 ? label : label + 20_000
    if (i >= 1500) late += Math.abs(target - forest.predict(row)) / 500
    forest.learn(row, target)
  })
  assert.ok(forest.drifts > 0)
  assert.ok(late < 3000)
})

test('no prediction leaves the range of the targets seen', () => {
  for (const aggregation of ['mean', 'median']) {
    for (let seed = 0; seed < 5; seed++) {
      const random = createRandom(seed)
      const forest = create({ trees: 3, aggregation, vote: 'weighted' }, seed)
      let [lowest, highest] = [Infinity, -Infinity]
      for (let i = 0; i < 300; i++) {
        const size = Math.exp(6 * random.normal())
        const row = Float64Array.of(size, random.normal(), random.below(4), -1, 0)
        const predicted = forest.predict(row)
        if (i > 0) assert.ok(predicted >= lowest && predicted <= highest)
        const target = 100 + random.normal() * (i % 50 === 0 ? 1e6 : 1)
        lowest = Math.min(lowest, target)
        highest = Math.max(highest, target)
        forest.learn(row, target)
      }
    }
  }
})

test('columns are drawn by number, share or rule', () => {
  const drawn = ['sqrt', 'log2', 'all', '3', '99', '0.5', '1.0'].map(text => drawnColumns(text, 10))
  assert.deepEqual(drawn, [3, 3, 10, 3, 10, 5, 10])
  for (const text of ['', 'half', '-2', '0', '1.5']) assert.equal(drawnColumns(text, 10), null)
})

test('the median is that of numbers, or not a number', () => {
  assert.equal(medianOf(Float64Array.of(3, 1, 2)), 2)
  assert.equal(medianOf(Float64Array.of(4, 1, 2, 3)), 2.5)
  assert.ok(Number.isNaN(medianOf(Float64Array.of(1, Number.NaN, 2))))
})

test("better trees count more; River's weighted mean is as many times too small as there are trees", () => {
  const answers = Float64Array.of(10, 20)
  const errors = Float64Array.of(1, 3)
  const near = (actual: number, wanted: number) => assert.ok(Math.abs(actual - wanted) < 1e-12)
  near(weightedMean(answers, errors, false), 12.5)
  near(weightedMean(answers, errors, true), 12.5 / 2)
  assert.equal(weightedMean(answers, new Float64Array(2), false), 15)
})

test('an impossible choice is refused', () => {
  for (const params of [{ aggregation: 'max' }, { vote: 'loud' }, { maxColumns: 'half' }]) {
    assert.throws(() => create(params), { code: 'INVALID_PARAMETER' })
  }
})
