import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createRandom } from '../math/random.ts'
import { createRollingMean } from './rolling-mean.ts'
import { exactAuc } from './exact-auc.ts'
import { ScoreWindow } from './score-window.ts'
import { simplifiedSilhouette } from './silhouette.ts'
import { createTimeRollingMean } from './time-rolling-mean.ts'

const meanOf = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
const close = (actual: number, wanted: number) =>
  assert.ok(Math.abs(actual - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)), `${actual}, wanted ${wanted}.`)

test('a rolling mean is the mean of the last values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -1000, max: 1000 })),
      fc.integer({ min: 1, max: 20 }),
      (values, size) => {
        const rolling = createRollingMean(size)
        for (const value of values) rolling.add(value, 0)
        close(rolling.get(), meanOf(values.slice(-size)))
        assert.equal(rolling.n(), Math.min(size, values.length))
      },
    ),
  )
})

test('a rolling mean forgets a huge value that has left', () => {
  const rolling = createRollingMean(100)
  rolling.add(1e18, 0)
  for (let i = 0; i < 300; i++) rolling.add(0.1, 0)
  close(rolling.get(), 0.1)
})

test('a mean by time is the mean of the entries within the period, in whatever order they come', () => {
  const entry = fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: -100, max: 100 }))
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 300 }), entries => {
      const rolling = createTimeRollingMean(1000)
      let latest = -Infinity
      for (const [time, value] of entries) {
        rolling.add(value, time)
        latest = Math.max(latest, time)
      }
      const inside = entries.filter(([time]) => time > latest - 1000).map(([, value]) => value)
      assert.equal(rolling.n(), inside.length)
      close(rolling.get(), meanOf(inside))
    }),
  )
})

test('one event dated far ahead does not empty a mean by time', () => {
  const rolling = createTimeRollingMean(1000)
  for (const time of [0, 1e13, 10, 20]) rolling.add(time === 1e13 ? 500 : 1, time)
  assert.equal(rolling.get(), 1)
  assert.equal(rolling.n(), 3)
})

test('a mean by time stays close to exact when far more entries come than it keeps', () => {
  const rolling = createTimeRollingMean(10_000)
  const random = createRandom(1)
  const values: number[] = []
  for (let i = 0; i < 300_000; i++) {
    values.push(i / 1000 + random.next())
    rolling.add(values[i], i / 10)
  }
  const inside = values.slice(-100_000)
  assert.ok(Math.abs(rolling.n() - inside.length) < 100)
  assert.ok(Math.abs(rolling.get() - meanOf(inside)) < 0.1)
})

test('the rolling area under the curve equals the count of ordered pairs, ties half', () => {
  const pair = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0 as const, 1 as const))
  fc.assert(
    fc.property(fc.array(pair, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (pairs, size) => {
      const window = new ScoreWindow(size)
      for (const [score, label] of pairs) window.add({ score, label, flagged: false, timeMs: 0 })
      const last = pairs.slice(-size)
      const above = last.filter(([, label]) => label === 1)
      const below = last.filter(([, label]) => label === 0)
      let wins = 0
      for (const [p] of above) for (const [q] of below) wins += p > q ? 1 : p === q ? 0.5 : 0
      const wanted = above.length && below.length ? wins / (above.length * below.length) : 0
      close(exactAuc(window.ranked()), wanted)
    }),
  )
})

test('the simplified silhouette looks at the nearest other centre', () => {
  const of = (distances: number[], own: number) =>
    simplifiedSilhouette({
      distances: Float64Array.from(distances),
      own,
      timeMs: 0,
      clusters: 0,
      microClusters: 0,
    })
  assert.equal(of([1, 4, 2], 0), 0.5)
  assert.equal(of([4, 1, 2], 0), -0.75)
  assert.equal(of([0, 0], 1), 0)
  assert.ok(Number.isNaN(of([1], 0)))
  assert.ok(Number.isNaN(of([1, 2], 2)))
})
