import assert from 'node:assert/strict'
import { test } from 'node:test'
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

function observations(task: MetricTask, n: number, seed: string): Observation[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, (_, i): Observation => {
    const timeMs = 200 * i - 2000 * random.next()
    const score = random.next()
    if (task === 'classification')
      return { label: random.next() < score ? 1 : 0, score, flagged: score > 0.6, timeMs }
    if (task === 'regression') return { label: 100 * score + random.normal(), score: 100 * score, timeMs }
    const distances = Float64Array.from({ length: 3 }, () => random.next())
    return { distances, own: random.below(3), timeMs, clusters: 3, microClusters: 5 }
  })
}

function saved(set: MetricSet): ArrayBuffer {
  const out = createStateWriter()
  set.save(out)
  return out.finish()
}

for (const task of ['classification', 'regression', 'clustering'] as const) {
  test(`${task}: a loaded set continues as if it had never stopped`, () => {
    const whole = createMetricSet(namesOf(task), { task })
    let parts = createMetricSet(namesOf(task), { task })
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
    const set = createMetricSet(namesOf(task), { task })
    assert.ok(set.snapshot().every(({ value, n }) => value === null && n === 0))
    for (const observation of observations(task, 1200, task)) set.update(observation)
    for (const { name, value, n, direction, window } of set.snapshot()) {
      const info = metricCatalogue[name as keyof typeof metricCatalogue]
      assert.equal(direction, info.direction)
      assert.equal(window, info.window)
      assert.equal(n, window === 'last 1000' ? 1000 : 1200)
      assert.ok(value !== null && Number.isFinite(value), `${name} is ${value}.`)
    }
  })
}

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
