import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createFbetaThreshold, loadFbetaThreshold } from './threshold.ts'

/** Calibrated scores of a rare class: most near 0, some anywhere. */
function scores(n: number, seed: string): { score: number; label: 0 | 1 }[] {
  const random = createRandom(seed)
  return Array.from({ length: n }, () => {
    const score = random.next() < 0.95 ? 0.01 * random.next() : random.next()
    return { score, label: random.next() < score ? 1 : 0 }
  })
}

function fScore(pairs: { score: number; label: 0 | 1 }[], threshold: number, beta: number): number {
  let hits = 0
  let flagged = 0
  let positives = 0
  for (const { score, label } of pairs) {
    positives += label
    if (score < threshold) continue
    flagged += 1
    hits += label
  }
  return ((1 + beta * beta) * hits) / (beta * beta * positives + flagged)
}

test('before any label the threshold is that of a perfect score, 1 / (1 + beta squared)', () => {
  assert.equal(createFbetaThreshold({ beta: 2 }).value(), 0.2)
  assert.equal(createFbetaThreshold({ beta: 1 }).value(), 0.5)
})

for (const beta of [0.5, 1, 2]) {
  test(`F${beta} at the threshold comes within 1 % of the best threshold in hindsight`, () => {
    const pairs = scores(20_000, `beta ${beta}`)
    const threshold = createFbetaThreshold({ beta })
    for (const { score, label } of pairs) threshold.update(score, label)
    const best = Math.max(...Array.from({ length: 200 }, (_, i) => fScore(pairs, i / 200, beta)))
    assert.ok(fScore(pairs, threshold.value(), beta) > 0.99 * best)
  })
}

test('the threshold follows scores that move', () => {
  const threshold = createFbetaThreshold({ beta: 1, halfLife: 2000 })
  for (const { score, label } of scores(20_000, 'before')) threshold.update(score, label)
  const before = threshold.value()
  for (const { score, label } of scores(20_000, 'after')) threshold.update(score / 10, label)
  assert.ok(threshold.value() < before / 3, `${before}, then ${threshold.value()}.`)
})

test('it stays within 0 and 1 whatever it is told, and scores that are no probabilities do not count', () => {
  const threshold = createFbetaThreshold()
  for (const score of [Number.NaN, -1, 2, Infinity]) threshold.update(score, 1)
  assert.equal(threshold.value(), 0.2)
  for (let i = 0; i < 500; i++) threshold.update(i % 2, i % 3 === 0 ? 1 : 0)
  assert.ok(threshold.value() >= 0 && threshold.value() <= 1)
})

test('a loaded threshold continues bit for bit, also across a change of scale', () => {
  const whole = createFbetaThreshold({ halfLife: 20 })
  let parts = createFbetaThreshold({ halfLife: 20 })
  scores(9000, 'parts').forEach(({ score, label }, i) => {
    whole.update(score, label)
    parts.update(score, label)
    assert.equal(parts.value(), whole.value())
    if (i % 1000 !== 0) return
    const out = createStateWriter()
    parts.save(out)
    parts = loadFbetaThreshold(createStateReader(out.finish()))
  })
})
