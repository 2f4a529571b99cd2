import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createMulticlassSet, loadMulticlassSet, type MulticlassSet } from './multiclass-set.ts'
import { riverMcc } from './multiclass-metrics.ts'

// Five classes, one of them only decided for; the figures are River 0.26.1's, Matthews' correlation scikit-learn's.
const labels = Array.from('011000033010111001002000020121121110100202020000000130000000', Number)
const decisions = Array.from('011000043010111401001000020421131130100202040100000404003000', Number)
const river: Record<string, number> = {
  macroF1: 0.5531892708423846,
  microF1: 0.8,
  weightedF1: 0.8458317458832127,
  macroPrecision: 0.6151785714285715,
  microPrecision: 0.8,
  weightedPrecision: 0.9085565476190477,
  macroRecall: 0.5180952380952382,
  microRecall: 0.8,
  weightedRecall: 0.8,
  macroJaccard: 0.46101774042950516,
  microJaccard: 0.6666666666666666,
  weightedJaccard: 0.753785403050109,
  accuracy: 0.8,
  balancedAccuracy: 0.6476190476190476,
  geometricMean: 0,
  cohenKappa: 0.6771300448430493,
  mcc: 0.686597459776243,
}

function feed(set: MulticlassSet, from = 0, to = labels.length): void {
  for (let i = from; i < to; i++) set.update({ label: labels[i], decision: decisions[i], timeMs: i, seq: i })
}

function expectRiver(set: MulticlassSet): void {
  for (const { name, value, n } of set.snapshot()) {
    if (name === 'crossEntropy') continue
    assert.ok(value !== null && Math.abs(value - river[name]) < 1e-12, `${name}: ${value}`)
    assert.equal(n, labels.length)
  }
}

test("averages over classes equal River's", () => {
  const set = createMulticlassSet()
  assert.ok(set.snapshot().every(({ value }) => value === null))
  feed(set)
  expectRiver(set)
})

test("River's correlation of one class counts only hits of other classes as true negatives", () => {
  const set = createMulticlassSet()
  feed(set)
  assert.ok(Math.abs(riverMcc(set.matrix, 0) - 0.8037977341533646) < 1e-12)
  assert.ok(Math.abs(riverMcc(set.matrix, 2) - 0.731405774720731) < 1e-12)
})

test('a set goes on after it was saved, and corrections count as if they had come first', () => {
  const set = createMulticlassSet()
  const wrong = { label: 9, decision: 3, timeMs: 0, seq: 0, probabilities: Float64Array.of(0.5, 0.5) }
  set.update(wrong)
  feed(set, 1, 30)
  const out = createStateWriter()
  set.save(out)
  const input = createStateReader(out.finish())
  const loaded = loadMulticlassSet(input)
  input.end()
  feed(loaded, 30)
  loaded.correct(wrong, { label: labels[0], decision: decisions[0], timeMs: 0, seq: 0 })
  expectRiver(loaded)
})

test('the cross-entropy takes the probability of the label; labels without one do not count', () => {
  const set = createMulticlassSet(['crossEntropy'])
  const probabilities = Float64Array.of(0.2, 0.3, 0.5)
  set.update({ label: 2, decision: 2, probabilities, timeMs: 0 })
  set.update({ label: 0, decision: 2, probabilities, timeMs: 0 })
  set.update({ label: 3, decision: 2, probabilities, timeMs: 0 })
  set.update({ label: 1, decision: 1, timeMs: 0 })
  const [{ value, n }] = set.snapshot()
  assert.equal(n, 2)
  assert.ok(Math.abs((value ?? 0) + Math.log(0.1) / 2) < 1e-12)
})

test('what is no class number is refused and not counted', () => {
  const set = createMulticlassSet()
  for (const label of [-1, 1.5, Number.NaN, 1024, Infinity]) {
    assert.throws(
      () => set.update({ label, decision: 0, timeMs: 0 }),
      (error: Error & { code?: string }) => error.code === 'INVALID_LABEL',
    )
  }
  assert.equal(set.snapshot()[0].n, 0)
  assert.throws(
    () => createMulticlassSet(['recall']),
    (error: Error & { code?: string }) => error.code === 'UNKNOWN_METRIC',
  )
})
