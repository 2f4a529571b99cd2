import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { createRandom } from '../math/random.ts'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { type MetricTask, metricCatalogue, type OnlineMetricInfo } from './catalogue.ts'
import type { Observation } from './metric.ts'
import { createMetricSet, loadMetricSet, type MetricSet } from './metric-set.ts'

const namesOf = (task: MetricTask) =>
  Object.entries(metricCatalogue)
    .filter(([, info]) => info.task === task)
    .map(([name]) => name)

const costs = { falsePositive: 1, falseNegative: 20 }

function observations(task: MetricTask, n: number, seed: string): Observation[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, seq): Observation => {
    const timeMs = 200 * seq - 2000 * random.next()
    const score = random.next()
    if (task === 'classification')
      return { label: random.next() < score ? 1 : 0, score, flagged: score > 0.6, timeMs, seq }
    if (task === 'regression') {
      const label = 100 * score + random.normal()
      const bounds = { lower: 100 * score - 1, upper: 100 * score + 1, level: 0.68 }
      return { label, score: 100 * score, timeMs, seq, ...bounds }
    }
    const distances = Float64Array.from({ length: 3 }, () => random.next())
    return { distances, own: random.below(3), timeMs, clusters: 3, microClusters: 5, seq }
  })
}

function saved(set: MetricSet): ArrayBuffer {
  const out = createStateWriter()
  set.save(out)
  return out.finish()
}

for (const task of ['classification', 'regression', 'clustering'] as const) {
  test(`${task}: a loaded set continues as if it had never stopped`, () => {
    const whole = createMetricSet(namesOf(task), { task, costs })
    let parts = createMetricSet(namesOf(task), { task, costs })
    observations(task, 7000, task).forEach((observation, i) => {
      whole.update(observation)
      parts.update(observation)
      if (i % 1999 !== 0) return
      const input = createStateReader(saved(parts))
      parts = loadMetricSet(input)
      input.end()
    })
    assert.deepEqual(parts.snapshot(), whole.snapshot())
    assert.deepEqual(parts.confusion(), whole.confusion())
    assert.deepEqual(saved(parts), saved(whole))
  })

  test(`${task}: values are null before the first observation and carry direction and window after it`, () => {
    const set = createMetricSet(namesOf(task), { task, costs })
    assert.ok(set.snapshot().every(({ value, n }) => value === null && n === 0))
    for (const observation of observations(task, 1200, task)) set.update(observation)
    for (const { name, value, n, direction, window, interval } of set.snapshot()) {
      const info: OnlineMetricInfo = metricCatalogue[name as keyof typeof metricCatalogue]
      assert.equal(direction, info.direction)
      assert.equal(window, info.window)
      // Those of one class count the events of it alone.
      if (!/^timeRolling(Recall|Precision)$/.test(name)) assert.equal(n, window === 'last 1000' ? 1000 : 1200)
      assert.ok(value !== null && Number.isFinite(value), `${name} is ${value}.`)
      assert.ok(value >= (info.min ?? -Infinity) && value <= (info.max ?? Infinity), `${name} is ${value}.`)
      assert.equal(interval?.method ?? null, info.ciMethod, name)
      if (interval) assert.ok(interval.lower <= value && value <= interval.upper, name)
    }
    assert.ok(set.snapshot({ intervals: false }).every(({ interval }) => interval === null))
  })
}

test('a set that release 0.4 saved goes on with the figures that it had', () => {
  const file = new URL('./fixtures/metric-sets-0.4.json.gz', import.meta.url)
  const left = JSON.parse(gunzipSync(readFileSync(file)).toString())
  for (const task of ['classification', 'regression', 'clustering']) {
    const { state, then, snapshot, confusion } = left[task]
    const input = createStateReader(Uint8Array.from(Buffer.from(state, 'base64')).buffer)
    let set = loadMetricSet(input)
    input.end()
    for (const observation of then) {
      set.update({ ...observation, distances: Float64Array.from(observation.distances ?? []) })
      set = loadMetricSet(createStateReader(saved(set)))
    }
    const wanted = snapshot.map((figure: object) => ({ ...figure, interval: null }))
    assert.deepEqual(set.snapshot({ intervals: false }), wanted)
    assert.deepEqual(set.confusion(), confusion)
  }
})

test('there is no expected cost without a cost policy', () => {
  const set = createMetricSet(['expectedCost'], { task: 'classification' })
  const priced = createMetricSet(['expectedCost'], { task: 'classification', costs })
  for (const [label, flagged] of [
    [1, false],
    [0, true],
    [0, false],
    [1, true],
  ] as const) {
    set.update({ label, flagged, score: 0.5, timeMs: 0 })
    priced.update({ label, flagged, score: 0.5, timeMs: 0 })
  }
  assert.equal(set.snapshot()[0].value, null)
  assert.equal(priced.snapshot()[0].value, 21 / 4)
})

test('values that are not finite do not poison a metric', () => {
  const set = createMetricSet(namesOf('regression'), { task: 'regression' })
  const clean = createMetricSet(namesOf('regression'), { task: 'regression' })
  for (const observation of observations('regression', 50, 'poison')) {
    set.update(observation)
    clean.update(observation)
    for (const score of [Number.NaN, Infinity, -Infinity])
      set.update({ label: 1, score, timeMs: observation.timeMs })
  }
  for (const { name, value } of set.snapshot()) {
    assert.equal(value, clean.snapshot().find(metric => metric.name === name)?.value ?? null, name)
  }
})

test('an area under the curve is null while a class is missing', () => {
  const set = createMetricSet(['rocAuc', 'rollingRocAuc', 'recall'], { task: 'classification' })
  set.update({ label: 0, score: 0.1, flagged: false, timeMs: 0 })
  assert.deepEqual(
    set.snapshot().map(({ value }) => value),
    [null, null, 0],
  )
  set.update({ label: 1, score: 0.9, flagged: true, timeMs: 0 })
  assert.deepEqual(
    set.snapshot().map(({ value }) => value),
    [1, 1, 1],
  )
})

test("an unknown metric and another task's are refused with the names that exist", () => {
  for (const name of ['nonsense', 'recall', 'toString']) {
    assert.throws(
      () => createMetricSet([name], { task: 'regression' }),
      (error: Error & { code?: string }) =>
        error.code === 'UNKNOWN_METRIC' && error.message.includes('rollingMae'),
    )
  }
})
