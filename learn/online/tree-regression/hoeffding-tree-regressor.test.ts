import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Regressor } from '../learner.ts'
import { mixedColumns, travelTime } from '../test-streams.ts'
import { createHoeffdingTreeRegressor, loadHoeffdingTreeRegressor } from './hoeffding-tree-regressor.ts'

const stream = travelTime(3000, 'tree')
const errorOf = (learner: Regressor) => {
  let sum = 0
  for (const { row, label } of stream) {
    sum += Math.abs(label - learner.predict(row))
    learner.learn(row, label)
  }
  return sum / stream.length
}
const create = (params: Record<string, string | number>, maxBytes?: number) =>
  createHoeffdingTreeRegressor({ columns: mixedColumns, params, ...(maxBytes ? { maxBytes } : {}) })

test('linear leaves on standardised columns err less than means', () => {
  assert.ok(errorOf(create({ leaf: 'adaptive' })) < 0.7 * errorOf(create({ leaf: 'mean' })))
})

test('no prediction leaves the range of the targets seen, whatever the scale of the columns', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = createRandom(seed)
    const learner = create({ gracePeriod: 20, delta: 0.1, leaf: seed % 2 === 0 ? 'model' : 'adaptive' })
    let [lowest, highest] = [Infinity, -Infinity]
    for (let i = 0; i < 300; i++) {
      const scale = 10 ** random.below(12)
      const row = Float64Array.of(scale * random.normal(), random.normal(), random.below(4), -1, 0)
      const predicted = learner.predict(row)
      if (i > 0) assert.ok(predicted >= lowest && predicted <= highest)
      const target = 1000 + 100 * random.normal()
      lowest = Math.min(lowest, target)
      highest = Math.max(highest, target)
      learner.learn(row, target)
    }
  }
})

for (const splitter of ['ebst', 'tebst', 'qo']) {
  test(`a step of the target is found by ${splitter}`, () => {
    const random = createRandom(splitter)
    const learner = create({ leaf: 'mean', splitter })
    for (let i = 0; i < 2000; i++) {
      const x = 10 * random.next()
      learner.learn(Float64Array.of(x, random.normal(), 0, 0, 0), x <= 4 ? 1 : 9)
    }
    const near = (x: number, y: number) =>
      assert.ok(Math.abs(learner.predict(Float64Array.of(x, 0, 0, 0, 0)) - y) < 0.5)
    near(3.5, 1)
    near(4.5, 9)
  })
}

test('memory stays within its bound and learning goes on', () => {
  for (const mode of ['ours', 'river']) {
    const maxBytes = 40_000
    const learner = create({ mode, leaf: 'mean', gracePeriod: 30, delta: 0.1 }, maxBytes)
    for (const { row, label } of stream) {
      learner.learn(row, label)
      assert.ok(learner.sizeBytes() <= 1.1 * maxBytes)
    }
    assert.ok(learner.summary.inactiveLeaves > 0)
    assert.equal(learner.updates, stream.length)
  }
})

test('a column that is always missing is never split on', () => {
  const learner = create({ gracePeriod: 50, delta: 0.1 })
  for (const { row, label } of stream) {
    learner.learn(Float64Array.of(Number.NaN, row[1], -1, -1, -1), label)
    assert.ok(Number.isFinite(learner.predict(Float64Array.of(5, Number.NaN, 2, 1, 3))))
  }
})

test("River's mode continues bit for bit after a restart", () => {
  const params = { mode: 'river', leaf: 'mean', gracePeriod: 50, delta: 0.01 }
  const whole = create(params)
  let parts: Regressor = create(params)
  stream.forEach(({ row, label }, i) => {
    assert.equal(parts.predict(row), whole.predict(row))
    whole.learn(row, label)
    parts.learn(row, label)
    if (i % 700 !== 3) return
    const out = createStateWriter()
    parts.save(out)
    const input = createStateReader(out.finish())
    input.str()
    parts = loadHoeffdingTreeRegressor(input, mixedColumns)
  })
})

test('a word that is none of a parameter is refused', () => {
  for (const params of [
    { mode: 'moa' },
    { leaf: 'median' },
    { splitter: 'gaussian' },
    { branches: 'three' },
  ]) {
    assert.throws(() => create(params), { code: 'INVALID_PARAMETER' })
  }
})
