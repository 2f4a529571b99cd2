import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { FOUND, SET_WORDS, type SplitSettings } from './boosting-shared.ts'
import { findOneHotSplit, findSetSplit } from './find-set-split.ts'
import { findSplit } from './find-split.ts'

const SETTINGS: SplitSettings = {
  l2: 1,
  setL2: 0,
  minLeafRows: 3,
  minHessian: 0.5,
  minGain: 0,
  constantHessian: false,
}

/** Slots, gradients and hessians of some rows; `missing`: whether the last slot has any. */
function drawRows(seed: number, slots: number, missing: boolean) {
  const random = createRandom(seed)
  const rows = Array.from({ length: 60 }, () => ({
    slot: random.below(missing ? slots : slots - 1),
    g: random.normal(),
    h: 0.1 + random.next(),
  }))
  const histogram = new Float64Array(3 * slots)
  const total = { g: 0, h: 0, n: rows.length }
  for (const { slot, g, h } of rows) {
    histogram[3 * slot] += g
    histogram[3 * slot + 1] += h
    histogram[3 * slot + 2]++
    total.g += g
    total.h += h
  }
  return { rows, histogram, total }
}

/** Gain of sending these slots left, from the rows themselves; -1 where it is not allowed. */
function gainOf({ rows }: ReturnType<typeof drawRows>, goesLeft: (slot: number) => boolean): number {
  const sum = (part: typeof rows) => ({
    g: part.reduce((a, { g }) => a + g, 0),
    h: part.reduce((a, { h }) => a + h, 0),
    n: part.length,
  })
  const score = ({ g, h }: { g: number; h: number }) => g ** 2 / (h + SETTINGS.l2)
  const left = sum(rows.filter(({ slot }) => goesLeft(slot)))
  const right = sum(rows.filter(({ slot }) => !goesLeft(slot)))
  const small = Math.min(left.n, right.n)
  if (small < SETTINGS.minLeafRows || Math.min(left.h, right.h) < SETTINGS.minHessian) return -1
  return score(left) + score(right) - score(sum(rows))
}

describe('finding a split', () => {
  test('of numbers finds the best of all borders and both ways for missing values', () => {
    for (let seed = 0; seed < 200; seed++) {
      const slots = 2 + (seed % 12)
      const drawn = drawRows(seed, slots, seed % 3 > 0)
      const { histogram, total } = drawn
      const out = new Float64Array(FOUND.length)
      findSplit(histogram, SETTINGS, total.g, total.h, total.n, out, 0)
      let best = 0
      for (let last = 0; last < slots - 1; last++) {
        best = Math.max(
          best,
          gainOf(drawn, slot => slot <= last),
        )
        best = Math.max(
          best,
          gainOf(drawn, slot => slot <= last || slot === slots - 1),
        )
      }
      if (best === 0) {
        assert.equal(out[FOUND.gain], -1)
        continue
      }
      assert.ok(Math.abs(out[FOUND.gain] - best) < 1e-9, `${out[FOUND.gain]}, ${best} wanted`)
      const goesLeft = (slot: number) =>
        slot === slots - 1 ? out[FOUND.missingLeft] === 1 : slot <= out[FOUND.slot]
      assert.ok(Math.abs(gainOf(drawn, goesLeft) - best) < 1e-9)
      assert.equal(out[FOUND.rowsLeft], drawn.rows.filter(({ slot }) => goesLeft(slot)).length)
    }
  })

  test('of categories finds the best of all pairs of sets', () => {
    for (let seed = 0; seed < 60; seed++) {
      const slots = 3 + (seed % 6)
      // The order by ratio is optimal where hessians are not smoothed.
      const settings = { ...SETTINGS, l2: 0 }
      const drawn = drawRows(seed, slots, false)
      const { histogram, total } = drawn
      const out = new Float64Array(FOUND.length)
      const sets = new Int32Array(SET_WORDS)
      findSetSplit(histogram, settings, total.g, total.h, total.n, out, 0, sets, 0)
      const score = (part: typeof drawn.rows) =>
        part.reduce((a, { g }) => a + g, 0) ** 2 / part.reduce((a, { h }) => a + h, 0)
      let best = 0
      for (let bits = 1; bits < 2 ** (slots - 1) - 1; bits++) {
        const left = drawn.rows.filter(({ slot }) => (bits >> slot) & 1)
        const right = drawn.rows.filter(({ slot }) => !((bits >> slot) & 1))
        if (Math.min(left.length, right.length) < settings.minLeafRows) continue
        best = Math.max(best, score(left) + score(right) - score(drawn.rows))
      }
      assert.ok(Math.abs(out[FOUND.gain] - best) < 1e-9, `${out[FOUND.gain]}, ${best} wanted`)
      const left = drawn.rows.filter(({ slot }) => (sets[0] >> slot) & 1).length
      assert.equal(out[FOUND.rowsLeft], left)
      assert.ok(2 * left <= drawn.rows.length, 'the majority, where unknown categories go, is on the right')
    }
  })

  test('of few categories finds the best one against the others', () => {
    for (let seed = 0; seed < 60; seed++) {
      // With two categories, one against the others is the same for both.
      const slots = 4 + (seed % 4)
      const drawn = drawRows(seed, slots, false)
      const { histogram, total } = drawn
      const out = new Float64Array(FOUND.length)
      const sets = new Int32Array(SET_WORDS)
      findOneHotSplit(histogram, SETTINGS, total.g, total.h, total.n, out, 0, sets, 0)
      const gains = Array.from({ length: slots - 1 }, (_, one) => gainOf(drawn, slot => slot === one))
      const best = Math.max(...gains)
      if (best <= 0) assert.equal(out[FOUND.gain], -1)
      else {
        assert.ok(Math.abs(out[FOUND.gain] - best) < 1e-9)
        assert.equal(sets[0], 1 << gains.indexOf(best))
      }
    }
  })

  test('finds nothing where all rows are alike', () => {
    const out = new Float64Array(FOUND.length)
    const histogram = Float64Array.of(0.1 * 3, 3, 3, 0.1 * 7, 7, 7, 0, 0, 0)
    findSplit(histogram, { ...SETTINGS, l2: 0 }, 1, 10, 10, out, 0)
    assert.equal(out[FOUND.gain], -1)
  })
})
