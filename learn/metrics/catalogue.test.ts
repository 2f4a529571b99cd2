import assert from 'node:assert/strict'
import { test } from 'node:test'
import { multiclassCatalogue } from './catalogue/multiclass.ts'
import { metricCatalogue, type OnlineMetricInfo } from './catalogue.ts'
import { INTERVAL_METHODS } from './interval.ts'
import { createMetricSet } from './metric-set.ts'
import { createMulticlassSet } from './multiclass-set.ts'

const online = Object.entries<OnlineMetricInfo>(metricCatalogue)
const all = [...online, ...Object.entries(multiclassCatalogue)]

test('every formula is balanced LaTeX, every description a sentence, every bound in order', () => {
  for (const [name, { formula, description, min, max, optimum }] of all) {
    assert.ok(formula.length > 0, name)
    assert.equal(formula.split('{').length, formula.split('}').length, name)
    assert.match(description, /^[A-Z].*\.$/, name)
    if (min !== null && max !== null) assert.ok(min < max, name)
    if (optimum !== null) assert.ok(optimum === min || optimum === max, name)
  }
})

test('everything in the catalogue is computed and has its empty value before the first observation', () => {
  for (const task of ['classification', 'regression', 'clustering'] as const) {
    const names = online.filter(([, info]) => info.task === task).map(([name]) => name)
    assert.equal(createMetricSet(names, { task }).snapshot().length, names.length)
  }
  assert.equal(createMulticlassSet().snapshot().length, Object.keys(multiclassCatalogue).length)
})

test('every method of intervals tells what it assumes', () => {
  const methods = new Set(all.flatMap(([, { ciMethod }]) => ciMethod ?? []))
  assert.deepEqual(methods, new Set(Object.keys(INTERVAL_METHODS)))
  for (const text of Object.values(INTERVAL_METHODS)) assert.match(text, /Assumes .*exchangeable/)
})

test('perfect predictions reach the optimum', () => {
  const classification = createMetricSet(
    online.filter(([, { task }]) => task === 'classification').map(([name]) => name),
    { task: 'classification', costs: { falsePositive: 1, falseNegative: 5 } },
  )
  const regression = createMetricSet(
    online.filter(([, { task }]) => task === 'regression').map(([name]) => name),
    { task: 'regression' },
  )
  for (let seq = 0; seq < 200; seq++) {
    const label = seq % 2 === 0 ? 1 : 0
    classification.update({ label, score: label, flagged: label === 1, timeMs: seq, seq })
    regression.update({ label: seq, score: seq, lower: seq, upper: seq, level: 0.9, timeMs: seq, seq })
  }
  for (const { name, value } of [...classification.snapshot(), ...regression.snapshot()]) {
    const { optimum } = metricCatalogue[name as keyof typeof metricCatalogue]
    if (optimum !== null) assert.ok(Math.abs((value ?? Number.NaN) - optimum) < 1e-6, `${name}: ${value}`)
  }
})
