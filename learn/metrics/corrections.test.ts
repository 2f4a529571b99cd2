import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../math/random.ts'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { type MetricTask, metricCatalogue } from './catalogue.ts'
import type { Observation } from './metric.ts'
import { createMetricSet, loadMetricSet, type MetricSet } from './metric-set.ts'

const namesOf = (task: MetricTask) =>
  Object.entries(metricCatalogue)
    .filter(([, info]) => info.task === task)
    .map(([name]) => name)

function close(actual: number | null, wanted: number | null, what: string): void {
  if (actual === null || wanted === null) return assert.equal(actual, wanted, what)
  const allowed = 1e-9 * Math.max(1, Math.abs(wanted))
  assert.ok(Math.abs(actual - wanted) <= allowed, `${what}: ${actual}, wanted ${wanted}.`)
}

function expectSame(set: MetricSet, wanted: MetricSet): void {
  const figures = wanted.snapshot({ intervals: false })
  set.snapshot({ intervals: false }).forEach(({ name, value, n }, i) => {
    close(value, figures[i].value, name)
    assert.equal(n, figures[i].n, name)
  })
  assert.deepEqual(set.confusion(), wanted.confusion())
}

function reloaded(set: MetricSet): MetricSet {
  const out = createStateWriter()
  set.save(out)
  return loadMetricSet(createStateReader(out.finish()))
}

/** An observation of event `seq`, and another one of the same event. */
function pair(
  task: MetricTask,
  seq: number,
  random: ReturnType<typeof createRandom>,
): [Observation, Observation] {
  const timeMs = 1000 * seq
  const score = random.below(20) / 20
  if (task === 'classification') {
    const label = random.below(2) as 0 | 1
    const observation = { label, score, flagged: score > 0.5, timeMs, seq }
    return [{ ...observation, label: label === 1 ? 0 : 1 }, observation]
  }
  if (task === 'regression') {
    const observation = { label: 300 + 100 * random.next(), score: 300 + 100 * score, timeMs, seq }
    const bounds = { lower: 310, upper: 390, level: 0.9 }
    // Now and then a wrong label is wrong by orders of magnitude.
    const wrong = random.below(4) === 0 ? 1e9 * random.next() : 400 * random.next()
    return [
      { ...observation, ...bounds, label: wrong },
      { ...observation, ...bounds },
    ]
  }
  const distancesOf = () => Float64Array.from({ length: 3 }, () => random.next())
  const observation = { own: random.below(3), timeMs, clusters: 3, microClusters: 4, seq }
  return [
    { ...observation, distances: distancesOf() },
    { ...observation, distances: distancesOf() },
  ]
}

for (const task of ['classification', 'regression', 'clustering'] as const) {
  test(`${task}: after corrections every figure is as if the right value had come first`, () => {
    const draw = fc.record({ n: fc.integer({ min: 2, max: 400 }), seed: fc.nat() })
    fc.assert(
      fc.property(draw, ({ n, seed }) => {
        const random = createRandom(seed)
        let corrected = createMetricSet(namesOf(task), { task })
        const wanted = createMetricSet(namesOf(task), { task })
        const open: [Observation, Observation][] = []
        for (let seq = 0; seq < n; seq++) {
          const [wrong, right] = pair(task, seq, random)
          const isWrong = random.below(3) === 0
          corrected.update(isWrong ? wrong : right)
          wanted.update(right)
          if (isWrong) open.push([wrong, right])
          if (open.length > 0 && random.below(3) === 0)
            corrected.correct(...open.splice(random.below(open.length), 1)[0])
          if (random.below(100) === 0) corrected = reloaded(corrected)
        }
        for (const [wrong, right] of open) corrected.correct(wrong, right)
        expectSame(corrected, wanted)
      }),
      { numRuns: 25 },
    )
  })
}

test('a window leaves alone what has left it, and takes what has no number as unknown', () => {
  const names = ['rollingMae', 'mae']
  const set = createMetricSet(names, { task: 'regression' })
  const of = (label: number, seq?: number) =>
    seq === undefined ? { label, score: 0, timeMs: 0 } : { label, score: 0, timeMs: 0, seq }
  for (let seq = 0; seq < 1001; seq++) set.update(of(1, seq))
  set.update(of(1))
  set.correct(of(1, 0), of(1001, 0))
  set.correct(of(1), of(1003))
  const [rolling, mae] = set.snapshot()
  assert.equal(rolling.value, 1)
  close(mae.value, (1001 + 1003 + 1000) / 1002, 'mae')
})

test('a correction that makes a value uncountable takes it out of means and windows', () => {
  const names = namesOf('regression')
  const set = createMetricSet(names, { task: 'regression' })
  const wanted = createMetricSet(names, { task: 'regression' })
  const random = createRandom('uncountable')
  for (let seq = 0; seq < 1500; seq++) {
    const [, right] = pair('regression', seq, random)
    set.update(right)
    if (seq !== 1400) wanted.update(right)
    if (seq === 1400) set.correct(right, { ...right, label: Number.NaN } as Observation)
  }
  const full = wanted.snapshot()
  // One value has left the window by count for good.
  for (const [i, { name, value, window }] of set.snapshot().entries())
    if (window !== 'last 1000') close(value, full[i].value, name)
})
