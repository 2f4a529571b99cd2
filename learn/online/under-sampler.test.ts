import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createUnderSampler, loadUnderSampler } from './under-sampler.ts'

const half = () => 0.5

describe('the under-sampler', () => {
  test('takes every example of the rare class, and as many of the other as is wanted', () => {
    const random = createRandom('shares')
    const sampler = createUnderSampler(half)
    const taken = [0, 0]
    const seen = [0, 0]
    for (let i = 0; i < 50_000; i++) {
      const label = random.next() < 0.02 ? 1 : 0
      seen[label]++
      if (sampler.take(label, () => random.next())) taken[label]++
    }
    assert.equal(taken[1], seen[1])
    assert.ok(Math.abs(taken[0] / taken[1] - 1) < 0.15, taken.join())
  })

  test('gives the probabilities of the whole stream for a model that is exact on what was taken', () => {
    const random = createRandom('correct')
    const sampler = createUnderSampler(half)
    const rate = 0.02
    for (let i = 0; i < 200_000; i++) sampler.take(random.next() < rate ? 1 : 0, () => random.next())
    // Odds of a half after sampling are the odds of the stream.
    const probabilities = Float64Array.of(0.5, 0.5)
    sampler.correct(probabilities)
    assert.ok(Math.abs(probabilities[1] / rate - 1) < 0.05, String(probabilities[1]))
    assert.ok(Math.abs(probabilities[0] + probabilities[1] - 1) < 1e-12)
  })

  test('keeps the order of what a model says', () => {
    const random = createRandom('order')
    const sampler = createUnderSampler(half)
    for (let i = 0; i < 5000; i++) sampler.take(random.next() < 0.05 ? 1 : 0, () => random.next())
    let last = -1
    for (let p = 0; p <= 1; p += 0.01) {
      const probabilities = Float64Array.of(1 - p, p)
      sampler.correct(probabilities)
      assert.ok(probabilities[1] > last)
      last = probabilities[1]
    }
  })

  test('balances three classes, one of which comes late', () => {
    const random = createRandom('three')
    const sampler = createUnderSampler(() => 1 / 3)
    const taken = [0, 0, 0]
    for (let i = 0; i < 60_000; i++) {
      const u = random.next()
      const label = i > 20_000 && u < 0.05 ? 2 : u < 0.3 ? 1 : 0
      if (sampler.take(label, () => random.next()) && i > 40_000) taken[label]++
    }
    assert.ok(taken[2] > 900)
    assert.ok(taken.every(Number.isFinite))
  })

  test('goes on from its state as if nothing had been', () => {
    const random = createRandom('state')
    const sampler = createUnderSampler(half)
    for (let i = 0; i < 1000; i++) sampler.take(random.below(2), () => random.next())
    const out = createStateWriter()
    sampler.save(out)
    const loaded = loadUnderSampler(createStateReader(out.finish()), half)
    const [a, b] = [createRandom('next'), createRandom('next')]
    for (let i = 0; i < 1000; i++) {
      const label = i % 10 === 0 ? 1 : 0
      assert.equal(
        sampler.take(label, () => a.next()),
        loaded.take(label, () => b.next()),
      )
    }
  })
})
