import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { calibrationError } from './calibration-error.ts'
import { averagePrecision, precisionAtK } from './precision-recall.ts'
import { ScoreWindow } from './score-window.ts'

const pair = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom(0 as const, 1 as const))
type Pair = readonly [score: number, label: 0 | 1]

function windowOf(pairs: readonly Pair[], size: number): ScoreWindow {
  const window = new ScoreWindow(size)
  for (const [score, label] of pairs) window.add({ score, label, flagged: score > 2, timeMs: 0 })
  return window
}

const close = (actual: number, wanted: number) =>
  assert.ok(Math.abs(actual - wanted) <= 1e-9, `${actual}, wanted ${wanted}.`)

test('average precision equals the sum over distinct thresholds', () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (pairs, size) => {
      const last = pairs.slice(-size)
      const positives = last.filter(([, label]) => label === 1).length
      let wanted = 0
      let recall = 0
      for (const threshold of [6, 5, 4, 3, 2, 1, 0]) {
        const taken = last.filter(([score]) => score >= threshold)
        const hits = taken.filter(([, label]) => label === 1).length
        if (positives === 0 || taken.length === 0) continue
        wanted += (hits / positives - recall) * (hits / taken.length)
        recall = hits / positives
      }
      close(averagePrecision(windowOf(pairs, size).ranked()), wanted)
    }),
  )
})

test('precision at k is the mean over all orders of scores that tie', () => {
  const window = windowOf(
    [
      [3, 1],
      [2, 1],
      [2, 0],
      [2, 0],
      [1, 1],
    ],
    10,
  )
  close(precisionAtK(window.ranked(), 1), 1)
  close(precisionAtK(window.ranked(), 2), (1 + 1 / 3) / 2)
  close(precisionAtK(window.ranked(), 4), 2 / 4)
  close(precisionAtK(window.ranked(), 100), 3 / 5)
  assert.equal(precisionAtK(new ScoreWindow(10).ranked(), 5), 0)
})

test('the calibration error is the mean gap over bins of equal mass, whatever the order of ties', () => {
  const ordered: Pair[] = [
    [0, 0],
    [0, 1],
    [0.2, 0],
    [0.4, 1],
    [0.8, 1],
    [1, 0],
  ]
  // Two bins of three: scores .2 with one positive in three, scores 2.2 with two.
  const wanted = (Math.abs(0.2 - 1) + Math.abs(2.2 - 2)) / 6
  close(calibrationError(windowOf(ordered, 6).ranked(), 2), wanted)
  close(calibrationError(windowOf(ordered.toReversed(), 6).ranked(), 2), wanted)
  const constant = windowOf(
    Array.from({ length: 50 }, (_, i): Pair => [0.3, i < 15 ? 1 : 0]),
    50,
  )
  close(calibrationError(constant.ranked(), 10), 0)
  assert.equal(calibrationError(new ScoreWindow(5).ranked(), 10), 0)
})

test('decisions are those of the last observations', () => {
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 50 }), fc.integer({ min: 1, max: 30 }), (pairs, size) => {
      const last = pairs.slice(-size)
      const count = (label: number, flagged: boolean) =>
        last.filter(([score, truth]) => truth === label && score > 2 === flagged).length
      assert.deepEqual(windowOf(pairs, size).decisions(), [
        count(0, false),
        count(0, true),
        count(1, false),
        count(1, true),
      ])
    }),
  )
})
