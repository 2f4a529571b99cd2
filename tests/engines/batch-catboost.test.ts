import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { before, describe, test } from 'node:test'
import { requireBatchPeers } from '#engines/install-batch-peers.ts'
import type { BatchColumn, Dataset } from '#learn/batch/dataset.ts'
import { loadCatboostScorer } from '#learn/batch/formats/catboost/catboost-scorer.ts'
import { createRandom } from '#learn/math/random.ts'
import { createStateReader } from '#learn/state/reader.ts'
import { createStateWriter } from '#learn/state/writer.ts'
import { trainCatboost } from '#subgraphs/batch/training/catboost/train-catboost.ts'

const COLUMNS: BatchColumn[] = [
  { name: 'amount', kind: 'numeric' },
  // The number and its text are one category to CatBoost.
  {
    name: 'shop',
    kind: 'nominal',
    categories: [1, '1', 'Zürich', 'a name longer than sixty-four bytes '.repeat(4)],
  },
  { name: 'delay', kind: 'numeric' },
  { name: 'card', kind: 'nominal', categories: [false, true] },
]

describe('the CatBoost engine', () => {
  let python: string
  before(async () => {
    python = await requireBatchPeers()
  })

  test('scores of the model that comes back have the losses that CatBoost reported, missing and unknown values included', async () => {
    const [train, validation] = [partOf(3000, 1), partOf(1000, 2)]
    const result = await trainCatboost({
      python,
      objective: 'binary',
      train,
      validation,
      parameters: { iterations: 400, learningRate: 0.3, depth: 4, earlyStoppingRounds: 10 },
      seed: 7,
      threads: 1,
    })
    assert.equal(result.version, '1.2.10')
    assert.equal(result.stopped, 'EARLY')
    assert.ok(result.best < result.iterations && result.iterations < 400)
    const curve = result.curve
    assert.deepEqual(
      curve.map(point => point.iteration),
      Array.from({ length: result.iterations }, (_, i) => i + 1),
    )
    const at = curve[result.best - 1]
    assert.ok(at)
    assert.equal(at.metric, Math.max(...curve.map(point => point.metric ?? 0)))
    assert.ok(
      Math.abs(logLoss(result.scorer.rawAll(validation.data), validation.labels) - (at.validation ?? 0)) <
        1e-9,
    )
    assert.ok(
      Math.abs(logLoss(result.scorer.rawAll(train.data), train.labels, train.weights) - (at.train ?? 0)) <
        0.05,
    )

    const out = createStateWriter()
    result.scorer.save(out)
    const loaded = loadCatboostScorer(createStateReader(out.finish()))
    assert.deepEqual(loaded.rawAll(validation.data), result.scorer.rawAll(validation.data))
  })

  test('the same data and seed give the same model', async () => {
    const train = partOf(500, 3)
    const models = []
    for (let round = 0; round < 2; round++) {
      const { scorer, iterations, best, stopped } = await trainCatboost({
        python,
        objective: 'mean',
        train,
        validation: null,
        parameters: { iterations: 20, depth: 3 },
        seed: 4_000_000_000,
        threads: 2,
      })
      assert.deepEqual({ iterations, best, stopped }, { iterations: 20, best: 20, stopped: 'LIMIT' })
      models.push(scorer.rawAll(train.data))
    }
    assert.deepEqual(models[0], models[1])
  })

  test('an aborted training ends STOPPED within one iteration, and leaves no files', async () => {
    const before = await leftovers()
    const abort = new AbortController()
    let iterations = 0
    const training = trainCatboost({
      python,
      objective: 'binary',
      train: partOf(2000, 5),
      validation: partOf(500, 6),
      parameters: { iterations: 20_000, earlyStoppingRounds: 20_000 },
      seed: 1,
      threads: 1,
      signal: abort.signal,
      onIteration() {
        iterations++
        if (iterations === 5) abort.abort()
      },
    })
    await assert.rejects(training, { code: 'STOPPED' })
    assert.equal(iterations, 5)
    assert.deepEqual(await leftovers(), before)
  })

  test('what CatBoost refuses is told in its words', async () => {
    const part = partOf(50, 1)
    const constant = { ...part, labels: part.labels.map(() => 1) }
    const training = trainCatboost({
      python,
      objective: 'binary',
      train: constant,
      validation: null,
      seed: 1,
    })
    await assert.rejects(training, {
      code: 'ENGINE_FAILED',
      message: /Target contains only one unique value/,
    })
  })
})

/** Labels lean on all columns; a tenth of the values is missing, and `shop` has codes that its categories do not. */
function partOf(rows: number, seed: number) {
  const random = createRandom(seed)
  const amount = new Float64Array(rows)
  const shop = new Int32Array(rows)
  const delay = new Float64Array(rows)
  const card = new Int32Array(rows)
  const labels = new Float64Array(rows)
  const weights = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const [x, shopCode, late, cardCode] = [
      random.normal(),
      random.below(6) - 1,
      random.normal(),
      random.below(3) - 1,
    ]
    const isMissing = random.below(10) === 0
    const lean = (isMissing ? -0.5 : x) + (shopCode === 2 ? 1 : 0) - (cardCode === 1 ? 1 : 0) + late * 0.5
    const label = lean + random.normal() > 0 ? 1 : 0
    amount[row] = isMissing ? NaN : x
    shop[row] = shopCode
    delay[row] = late
    card[row] = cardCode
    labels[row] = label
    weights[row] = 1 + label
  }
  const data: Dataset = { rows, columns: COLUMNS, values: [amount, shop, delay, card] }
  return seed === 2 ? { data, labels } : { data, labels, weights }
}

function logLoss(raw: Float64Array, labels: Float64Array, weights?: Float64Array): number {
  let sum = 0
  let total = 0
  for (let i = 0; i < raw.length; i++) {
    const weight = weights?.[i] ?? 1
    const score = raw[i] ?? 0
    sum += weight * (Math.log1p(Math.exp(-Math.abs(score))) + Math.max(score, 0) - (labels[i] ?? 0) * score)
    total += weight
  }
  return sum / total
}

async function leftovers(): Promise<string[]> {
  return (await readdir(tmpdir())).filter(name => name.startsWith('coelho-catboost-'))
}
