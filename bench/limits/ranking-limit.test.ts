import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rankingLimit } from './ranking-limit.ts'

const sample = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 1 })), {
    minLength: 2,
    maxLength: 40,
  })
  .filter(rows => new Set(rows.map(([, label]) => label)).size === 2)

const limitOf = (rows: readonly (readonly [number, number])[]) =>
  rankingLimit(
    Float64Array.from(rows, ([score]) => score / 10 + 0.05),
    Uint8Array.from(rows, ([, label]) => label),
  )

test('the AUC is the share of pairs in order, ties counting one half', () => {
  fc.assert(
    fc.property(sample, rows => {
      let wins = 0
      let pairs = 0
      for (const [high, positive] of rows) {
        for (const [low, negative] of rows) {
          if (positive !== 1 || negative !== 0) continue
          pairs++
          wins += high > low ? 1 : high === low ? 0.5 : 0
        }
      }
      assert.ok(Math.abs(limitOf(rows).auc - wins / pairs) < 1e-12)
    }),
  )
})

test('the best F2, F1 and MCC are those of the best threshold', () => {
  fc.assert(
    fc.property(sample, rows => {
      const best = { f1: 0, f2: 0, mcc: 0 }
      for (const [threshold] of rows) {
        const count = (called: boolean, label: number) =>
          rows.filter(([score, truth]) => score >= threshold === called && truth === label).length
        const [tp, fp, fn, tn] = [count(true, 1), count(true, 0), count(false, 1), count(false, 0)]
        best.f1 = Math.max(best.f1, (2 * tp) / (2 * tp + fp + fn))
        best.f2 = Math.max(best.f2, (5 * tp) / (5 * tp + 4 * fn + fp))
        const spread = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
        if (spread > 0) best.mcc = Math.max(best.mcc, (tp * tn - fp * fn) / spread)
      }
      const { f1, f2, mcc } = limitOf(rows)
      assert.ok(Math.abs(f1 - best.f1) + Math.abs(f2 - best.f2) + Math.abs(mcc - best.mcc) < 1e-12)
    }),
  )
})

test('a ranking of one class has no limit', () => {
  assert.throws(() => rankingLimit(Float64Array.of(0.1, 0.2), Uint8Array.of(0, 0)), { code: 'ONE_CLASS' })
})
