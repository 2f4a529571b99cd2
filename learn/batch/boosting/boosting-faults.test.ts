import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { BoostingOptions, BoostingPart, BoostingScorer } from './boosting-options.ts'
import { loadBoostingScorer } from './load-boosting-scorer.ts'
import { datasetOf, mixedPart } from './test-data.ts'
import { trainBoosting } from './train-boosting.ts'

const train = mixedPart(600, 1)
const validation = mixedPart(200, 2)

describe('gradient boosting refuses, before it begins,', () => {
  const cases: Record<string, { code: string; options: Partial<BoostingOptions> }> = {
    'no rows': { code: 'NO_ROWS', options: { train: mixedPart(0, 1) } },
    'an empty validation part': { code: 'NO_ROWS', options: { validation: mixedPart(0, 1) } },
    'labels of one class': { code: 'ONE_CLASS', options: { train: labelled(() => 0) } },
    'one class that has all the weight': {
      code: 'ONE_CLASS',
      options: { train: { ...train, weights: train.labels } },
    },
    'a ranking metric over one class': {
      code: 'ONE_CLASS',
      options: { validation: { ...validation, labels: new Float64Array(200) }, params: { metric: 'auc' } },
    },
    'a label that is no class': { code: 'BAD_LABEL', options: { train: labelled(i => i % 3) } },
    'a label that is not finite': {
      code: 'BAD_LABEL',
      options: { objective: 'regression', train: labelled(i => (i === 7 ? NaN : i)) },
    },
    'equal labels': {
      code: 'CONSTANT_LABEL',
      options: { objective: 'regression', train: labelled(() => 4) },
    },
    'too few labels': {
      code: 'SIZE_MISMATCH',
      options: { train: { ...train, labels: new Float64Array(5) } },
    },
    'a negative weight': {
      code: 'BAD_WEIGHT',
      options: { train: { ...train, weights: new Float64Array(600).fill(-1) } },
    },
    'other columns in validation': {
      code: 'COLUMN_MISMATCH',
      options: {
        validation: { data: datasetOf({ y: new Float64Array(3) }), labels: Float64Array.of(0, 1, 0) },
      },
    },
    'columns that are constant or missing': {
      code: 'NO_INFORMATION',
      options: {
        train: {
          data: datasetOf({
            a: new Float64Array(600).fill(3),
            b: new Float64Array(600).fill(NaN),
            c: { codes: new Int32Array(600).fill(-1), categories: 0 },
            d: { codes: new Int32Array(600), categories: 1 },
          }),
          labels: train.labels,
        },
      },
    },
    'a quantile of 1': { code: 'INVALID_PARAMETER', options: { objective: 'quantile', quantile: 1 } },
    'one class of several': { code: 'INVALID_PARAMETER', options: { objective: 'multiclass', classes: 1 } },
    'an unknown parameter': { code: 'INVALID_PARAMETER', options: { params: { rounds: 3 } } },
    'a learning rate of 0': { code: 'INVALID_PARAMETER', options: { params: { learningRate: 0 } } },
    'half a level': { code: 'INVALID_PARAMETER', options: { params: { depth: 2.5 } } },
    'an unknown growth': { code: 'INVALID_PARAMETER', options: { params: { growth: 'sideways' } } },
    'a metric of another objective': { code: 'INVALID_PARAMETER', options: { params: { metric: 'rmse' } } },
  }
  for (const [title, { code, options }] of Object.entries(cases)) {
    test(title, async () => {
      let iterations = 0
      const onIteration = () => iterations++
      const defaults = { objective: 'binary', train, validation: null, seed: 1, onIteration } as const
      await assert.rejects(trainBoosting({ ...defaults, ...options }), { code })
      assert.equal(iterations, 0)
    })
  }
})

describe('a saved boosting model', () => {
  test('comes back equal and scores alike, bit for bit', async () => {
    for (const options of [{}, { objective: 'multiclass', classes: 2 }] as const) {
      const scorer = await small(options)
      const loaded = loadBoostingScorer(createStateReader(saved(scorer)))
      assert.deepEqual(loaded.trees, scorer.trees)
      assert.deepEqual(loaded.columns, scorer.columns)
      assert.deepEqual(loaded.rawAll(validation.data), scorer.rawAll(validation.data))
      assert.deepEqual(saved(loaded), saved(scorer))
    }
  })

  test('with flipped bits or cut off still scores, or is refused with a code', async () => {
    const state = saved(await small({ params: { iterations: 3 } }))
    const random = createRandom(1)
    let refused = 0
    for (let round = 0; round < 400; round++) {
      const bytes = new Uint8Array(state.slice(0))
      bytes[random.below(bytes.length)] ^= 1 << random.below(8)
      const length = round % 3 === 0 ? random.below(bytes.length) : bytes.length
      try {
        const scorer = loadBoostingScorer(createStateReader(bytes.buffer, 0, length))
        if (scorer.columns.length === 4) scorer.rawAll(validation.data)
      } catch (error) {
        assert.equal((error as { code?: string }).code, 'MODEL_CORRUPT', String(error))
        refused++
      }
    }
    assert.ok(refused > 150, `${refused} refused`)
  })

  test('that claims absurd sizes is refused', () => {
    const out = createStateWriter()
    out.u8(1)
    out.str('[{"name":"a","kind":"numeric"}]')
    out.u32(0xffffffff)
    assert.throws(() => loadBoostingScorer(createStateReader(out.finish())), { code: 'MODEL_CORRUPT' })
  })
})

function labelled(label: (row: number) => number): BoostingPart {
  return { data: train.data, labels: train.labels.map((_, row) => label(row)) }
}

async function small(options: Partial<BoostingOptions>): Promise<BoostingScorer> {
  const defaults = {
    objective: 'binary',
    train,
    validation: null,
    seed: 1,
    params: { iterations: 8 },
  } as const
  return (await trainBoosting({ ...defaults, ...options })).scorer
}

function saved(scorer: BoostingScorer): ArrayBuffer {
  const out = createStateWriter()
  scorer.save(out)
  return out.finish()
}

test('a class that no row of the training has is a finite, hopeless one, and the model can be read again', async () => {
  const { scorer } = await trainBoosting({
    objective: 'multiclass',
    classes: 3,
    train: { ...train, labels: train.labels.map(label => 2 * label) },
    validation: null,
    seed: 1,
    params: { iterations: 5 },
  })
  const out = createStateWriter()
  scorer.save(out)
  const raw = loadBoostingScorer(createStateReader(out.finish())).rawAll(train.data)
  assert.ok(raw.every(Number.isFinite))
  for (let row = 0; row < 600; row++) assert.ok(raw[3 * row + 1] < raw[3 * row] - 20)
})
