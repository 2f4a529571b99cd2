import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { chooseThreshold, type ThresholdObjective } from './choose-threshold.ts'
import { classificationScores } from './classification-scores.ts'

const random = createRandom(5)
const labels = Float64Array.from({ length: 400 }, () => (random.next() < 0.2 ? 1 : 0))
const scores = labels.map(label => Math.round(20 / (1 + Math.exp(2 - 2 * label - random.normal()))) / 20)

test('no threshold has a higher F2 than the chosen one, and the value is what it reaches', () => {
  const chosen = chooseThreshold({ labels, scores, objective: { kind: 'fbeta', beta: 2 } })
  const f2 = (threshold: number) => classificationScores({ labels, scores, threshold }).fbeta2 as number
  assert.equal(chosen?.value, f2(chosen?.threshold as number))
  for (let t = 0; t <= 1; t += 0.01) assert.ok(f2(t) <= (chosen?.value as number), `${t}`)
})

test('no threshold costs less than the chosen one', () => {
  const objective: ThresholdObjective = { kind: 'cost', fpCost: 1, fnCost: 4 }
  const chosen = chooseThreshold({ labels, scores, objective })
  const cost = (threshold: number) =>
    labels.reduce((sum, label, row) => {
      const isFlagged = scores[row] >= threshold
      return sum + (isFlagged && label === 0 ? 1 : !isFlagged && label === 1 ? 4 : 0)
    }, 0) / labels.length
  assert.equal(chosen?.value, cost(chosen?.threshold as number))
  for (let t = -0.01; t <= 1.02; t += 0.01) assert.ok(cost(t) >= (chosen?.value as number) - 1e-15, `${t}`)
})

test('misses that cost nothing are all accepted: nothing is flagged', () => {
  const chosen = chooseThreshold({ labels, scores, objective: { kind: 'cost', fpCost: 1, fnCost: 0 } })
  assert.equal(chosen?.value, 0)
  assert.ok((chosen?.threshold as number) > Math.max(...scores))
})

test('the threshold lies between two scores, so that it holds for scores that differ in the last bit', () => {
  const chosen = chooseThreshold({
    labels: [0, 0, 1, 1],
    scores: [0.1, 0.2, 0.6, 0.7],
    objective: { kind: 'fbeta', beta: 1 },
  })
  assert.deepEqual(chosen, { threshold: 0.4, value: 1 })
})

test('without positives there is no threshold by F-beta; objectives that cannot be meant are refused', () => {
  const objective = { kind: 'fbeta', beta: 2 } as const
  assert.equal(chooseThreshold({ labels: [0, 0], scores: [0.1, 0.2], objective }), null)
  assert.equal(chooseThreshold({ labels: [], scores: [], objective }), null)
  for (const wrong of [{ ...objective, beta: 0 }, { kind: 'cost', fpCost: -1, fnCost: 1 } as const]) {
    assert.throws(() => chooseThreshold({ labels, scores, objective: wrong }), { code: 'INVALID_PARAMETER' })
  }
})
