import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import { createDecisionPolicy, loadDecisionPolicy } from './decision-policy.ts'
import { decisionPolicyOfThreshold } from './decision-policy-of-threshold.ts'

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
  assert.equal(createDecisionPolicy({ policy: 'fbeta', beta: 2 }).value(), 0.2)
  assert.equal(createDecisionPolicy({ policy: 'fbeta', beta: 1 }).value(), 0.5)
})

for (const beta of [0.5, 1, 2]) {
  test(`F${beta} at the threshold comes within 1 % of the best threshold in hindsight`, () => {
    const pairs = scores(20_000, `beta ${beta}`)
    const threshold = createDecisionPolicy({ policy: 'fbeta', beta })
    for (const { score, label } of pairs) threshold.update(score, label)
    const best = Math.max(...Array.from({ length: 200 }, (_, i) => fScore(pairs, i / 200, beta)))
    assert.ok(fScore(pairs, threshold.value(), beta) > 0.99 * best)
  })
}

test('the threshold follows scores that move', () => {
  const threshold = createDecisionPolicy({ policy: 'fbeta', beta: 1, halfLife: 2000 })
  for (const { score, label } of scores(20_000, 'before')) threshold.update(score, label)
  const before = threshold.value()
  for (const { score, label } of scores(20_000, 'after')) threshold.update(score / 10, label)
  assert.ok(threshold.value() < before / 3, `${before}, then ${threshold.value()}.`)
})

test('it stays within 0 and 1 whatever it is told, and scores that are no probabilities do not count', () => {
  const threshold = createDecisionPolicy({ policy: 'fbeta' })
  for (const score of [Number.NaN, -1, 2, Infinity]) threshold.update(score, 1)
  assert.equal(threshold.value(), 0.2)
  for (let i = 0; i < 500; i++) threshold.update(i % 2, i % 3 === 0 ? 1 : 0)
  assert.ok(threshold.value() >= 0 && threshold.value() <= 1)
})

test('a loaded threshold continues bit for bit, also across a change of scale', () => {
  const whole = createDecisionPolicy({ policy: 'fbeta', halfLife: 20 })
  let parts = createDecisionPolicy({ policy: 'fbeta', halfLife: 20 })
  scores(9000, 'parts').forEach(({ score, label }, i) => {
    whole.update(score, label)
    parts.update(score, label)
    assert.equal(parts.value(), whole.value())
    if (i % 1000 !== 0) return
    const out = createStateWriter()
    parts.save(out)
    parts = loadDecisionPolicy(createStateReader(out.finish()))
  })
})

test('a threshold that version 0.4 saved continues', () => {
  const policy = createDecisionPolicy({ policy: 'fbeta' })
  for (const { score, label } of scores(9000, 'old')) policy.update(score, label)
  const out = createStateWriter()
  policy.save(out)
  const input = createStateReader(out.finish())
  // Version 0.4 wrote the same without the name.
  assert.equal(input.str(), 'fbeta')
  const old = decisionPolicyOfThreshold(input)
  input.end()
  for (const { score, label } of scores(9000, 'then')) {
    policy.update(score, label)
    old.update(score, label)
    assert.equal(old.value(), policy.value())
  }
})

test('corrected labels lead to the threshold of the true ones', () => {
  const pairs = scores(20_000, 'corrected')
  const [told, corrected] = [1, 2].map(() => createDecisionPolicy({ policy: 'fbeta', halfLife: 1e9 }))
  for (const { score, label } of pairs) {
    told.update(score, label)
    const wrong = label === 1 && score < 0.4 ? 0 : label
    corrected.update(score, wrong)
    corrected.correct(score, wrong, label)
    corrected.correct(Number.NaN, 1, 0)
  }
  assert.ok(Math.abs(told.value() - corrected.value()) < 0.05, `${told.value()}, ${corrected.value()}`)
})

test('corrections of what was never counted leave a threshold within 0 and 1', () => {
  const policy = createDecisionPolicy({ policy: 'fbeta' })
  for (const { score, label } of scores(3000, 'never')) {
    policy.correct(score, label === 1 ? 0 : 1, label)
    policy.correct(score, 1, 0)
    policy.update(score, label)
    assert.ok(policy.value() >= 0 && policy.value() <= 1)
  }
})

test('the cost policy flags where flagging is cheaper, and survives saving', () => {
  const policy = createDecisionPolicy({ policy: 'cost', falsePositive: 5, falseNegative: 95 })
  policy.update(0.9, 0)
  policy.correct(0.9, 0, 1)
  assert.ok(Math.abs(policy.value() - 0.05) < 1e-15)
  const out = createStateWriter()
  policy.save(out)
  const input = createStateReader(out.finish())
  const loaded = loadDecisionPolicy(input)
  input.end()
  assert.equal(loaded.policy, 'cost')
  assert.equal(loaded.value(), policy.value())
})

test('impossible options are refused', () => {
  for (const cost of [0, -1, Number.NaN, Infinity]) {
    const options = { policy: 'cost', falsePositive: 1, falseNegative: cost } as const
    assert.throws(() => createDecisionPolicy(options), { code: 'INVALID_PARAMETER' })
  }
  for (const wrong of [{ beta: 0 }, { beta: Number.NaN }, { halfLife: 0 }, { hysteresis: -1 }]) {
    assert.throws(() => createDecisionPolicy({ policy: 'fbeta', ...wrong }), { code: 'INVALID_PARAMETER' })
  }
})
