import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom, type Random } from '../math/random.ts'
import { createMetricSet, type MetricSet } from './metric-set.ts'

/** Share of simulated streams whose interval holds the true value. */
function coverage(runs: number, simulate: (random: Random) => MetricSet, truth: Record<string, number>) {
  const names = Object.keys(truth)
  const held = new Map(names.map(name => [name, 0]))
  for (let run = 0; run < runs; run++) {
    for (const { name, interval } of simulate(createRandom(run)).snapshot()) {
      assert.ok(interval, `${name} has no interval.`)
      if (interval.lower <= truth[name] && truth[name] <= interval.upper)
        held.set(name, (held.get(name) ?? 0) + 1)
    }
  }
  return names.map(name => ({ name, share: (held.get(name) ?? 0) / runs }))
}

test('intervals of a classification hold the true value about 95 times in 100', () => {
  // Scores are normal around 0 and 1.5; flagged from 1 on; one event in five is positive.
  const names = ['recall', 'precision', 'accuracy', 'fbeta2', 'mcc', 'rollingRocAuc', 'brierScore']
  const simulate = (n: number) => (random: Random) => {
    const set = createMetricSet(names, { task: 'classification' })
    for (let seq = 0; seq < n; seq++) {
      const label = random.next() < 0.2 ? 1 : 0
      const score = random.normal() + 1.5 * label
      set.update({ label, score, flagged: score > 1, timeMs: seq, seq })
    }
    return set
  }
  const exact = simulate(300_000)(createRandom('truth')).snapshot({ intervals: false })
  const truth = Object.fromEntries(exact.map(({ name, value }) => [name, value ?? Number.NaN]))
  // Φ(1.5 / √2)
  truth.rollingRocAuc = 0.855578
  for (const { name, share } of coverage(150, simulate(1200), truth))
    assert.ok(share > 0.88 && share < 0.995, `${name}: ${share}`)
})

test('intervals of mean errors allow for errors that depend on the one before', () => {
  // AR(1) errors with ρ = .5: variance 4 / 3, mean of |error| √(2 / π) √(4 / 3).
  const simulate = (random: Random) => {
    const set = createMetricSet(['mae', 'rmse', 'bias', 'r2'], { task: 'regression' })
    let error = 0
    for (let seq = 0; seq < 2000; seq++) {
      error = 0.5 * error + random.normal()
      const label = 3 * random.normal()
      set.update({ label, score: label - error, timeMs: seq, seq })
    }
    return set
  }
  const truth = { mae: Math.sqrt((2 / Math.PI) * (4 / 3)), rmse: Math.sqrt(4 / 3), bias: 0, r2: 1 - 4 / 27 }
  for (const { name, share } of coverage(150, simulate, truth))
    assert.ok(share > 0.87 && share < 0.995, `${name}: ${share}`)
})

test('there is no interval where there is too little to tell', () => {
  const set = createMetricSet(['mae', 'r2', 'rollingMae'], { task: 'regression' })
  for (let seq = 0; seq < 60; seq++) set.update({ label: seq % 7, score: 3, timeMs: seq, seq })
  assert.deepEqual(
    set.snapshot().map(({ interval }) => interval),
    [null, null, null],
  )
  const auc = createMetricSet(['rollingRocAuc'], { task: 'classification' })
  for (const label of [0, 1, 0, 1] as const) auc.update({ label, score: label, flagged: false, timeMs: 0 })
  assert.equal(auc.snapshot()[0].interval, null)
})
