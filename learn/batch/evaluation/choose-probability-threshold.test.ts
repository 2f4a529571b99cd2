import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { chooseProbabilityThreshold } from './choose-probability-threshold.ts'
import { chooseThreshold } from './choose-threshold.ts'
import { classificationScores } from './classification-scores.ts'

const objective = { kind: 'fbeta', beta: 2 } as const

/** Rare positives; the scores are the probabilities that the labels are drawn with. */
function sample(rows: number, seed: number) {
  const random = createRandom(seed)
  const scores = Float64Array.from({ length: rows }, () => 1 / (1 + Math.exp(4 - 2 * random.normal())))
  return { labels: scores.map(p => (random.next() < p ? 1 : 0)), scores }
}

const f2 = (rows: ReturnType<typeof sample>, threshold: number) =>
  classificationScores({ ...rows, threshold }).fbeta2 as number

test('on rows to come it does better than the best threshold of a small sample, if scores are probabilities', () => {
  const future = sample(60_000, 1000)
  let gain = 0
  for (let seed = 0; seed < 30; seed++) {
    const rows = sample(1500, seed)
    const theory = chooseProbabilityThreshold({ ...rows, objective })
    const best = chooseThreshold({ ...rows, objective })
    gain += f2(future, theory?.threshold as number) - f2(future, best?.threshold as number)
  }
  assert.ok(gain / 30 > 0.002, `${gain / 30}`)
})

test('its value is what it reaches on the given rows', () => {
  const rows = sample(5000, 7)
  const chosen = chooseProbabilityThreshold({ ...rows, objective })
  assert.equal(chosen?.value, f2(rows, chosen?.threshold as number))
})

test('where scores are no probabilities the best threshold of the rows is taken', () => {
  const { labels, scores } = sample(5000, 8)
  const wrong = { labels, scores: scores.map(p => p ** 6) }
  assert.deepEqual(
    chooseProbabilityThreshold({ ...wrong, objective }),
    chooseThreshold({ ...wrong, objective }),
  )
})

test('by cost it is the share of the false alarm in both costs', () => {
  const rows = sample(5000, 9)
  const cost = { kind: 'cost', fpCost: 1, fnCost: 4 } as const
  assert.equal(chooseProbabilityThreshold({ ...rows, objective: cost })?.threshold, 0.2)
  const free = { kind: 'cost', fpCost: 1, fnCost: 0 } as const
  assert.deepEqual(
    chooseProbabilityThreshold({ ...rows, objective: free }),
    chooseThreshold({ ...rows, objective: free }),
  )
  assert.equal(chooseProbabilityThreshold({ labels: [0], scores: [0.1], objective }), null)
})
