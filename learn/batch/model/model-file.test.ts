import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Dataset } from '../dataset.ts'
import type { Scorer } from '../scorer.ts'
import { fitPlatt } from '../calibration/fit-platt.ts'
import { fitDesign } from '../encoder/design.ts'
import { fitEncoder } from '../encoder/encoder.ts'
import { trainBoosting } from '../boosting/train-boosting.ts'
import type { BatchModel } from './batch-model.ts'
import { buildBatchModel } from './build-batch-model.ts'
import { NO_CALIBRATION } from './calibration-loaders.ts'
import { fitInterval, loadInterval, saveInterval } from './interval.ts'
import { kMeansClusters } from './k-means-clusters.ts'
import { loadBatchModel } from './load-batch-model.ts'

const random = createRandom('model-file')
const rows = 400
const size = Float64Array.from({ length: rows }, () => 1 + 9 * random.next())
const colour = Int32Array.from({ length: rows }, () => random.below(3))
const raw: Dataset = {
  rows,
  columns: [
    { name: 'size', kind: 'numeric' },
    { name: 'colour', kind: 'nominal', categories: ['red', 'green', 'blue'] },
  ],
  values: [size, colour],
}
const encoder = fitEncoder(raw)
const data = encoder.recode(raw)
const isLarge = size.map((value, row) => Number(value > 5 !== (colour[row] === 1)))
const duration = size.map((value, row) => value * (10 + colour[row]) + random.normal())
const common = { learner: 'gradient-boosting', encoder, windows: ['size'] }

describe('a model file', () => {
  const models: BatchModel[] = []
  before(async () => {
    const params = { iterations: 20, minLeafRows: 5 }
    const binary = await trainBoosting({
      objective: 'binary',
      train: { data, labels: isLarge },
      validation: null,
      params,
      seed: 1,
    })
    const probabilities = binary.scorer.rawAll(data).map(value => 1 / (1 + Math.exp(-value)))
    const calibration = fitPlatt({ probabilities, labels: isLarge })
    models.push(
      buildBatchModel({
        task: 'classification',
        ...common,
        kind: 'boosting',
        scorer: binary.scorer,
        calibration,
        threshold: 0.4,
      }),
    )
    const labels = duration.map((value, row) => value / size[row])
    const multiples = await trainBoosting({
      objective: 'quantile',
      train: { data, labels, weights: size },
      validation: null,
      params,
      seed: 1,
    })
    const parts = {
      task: 'regression',
      ...common,
      kind: 'boosting',
      scorer: multiples.scorer,
      scale: { column: 0, fallback: 5 },
    } as const
    const wide = buildBatchModel({ ...parts, interval: { relative: false, low: 0, high: 0, coverage: 0 } })
    const predictions = wide.scorer?.rawAll(data) as Float64Array
    models.push(
      buildBatchModel({ ...parts, interval: fitInterval({ predictions, labels: duration, coverage: 0.8 }) }),
    )
    const design = fitDesign(data)
    const centers = design.all({ ...data, rows: 2 })
    models.push(
      buildBatchModel({ task: 'clustering', ...common, clustering: kMeansClusters(design, centers) }),
    )
  })

  it('gives the model back: same answers, explanations and bytes', () => {
    for (const model of models) {
      const again = loadBatchModel(model.save())
      assert.deepEqual(new Uint8Array(again.save()), new Uint8Array(model.save()))
      assert.deepEqual(
        [
          again.task,
          again.learner,
          again.columns,
          again.windows,
          again.threshold,
          again.coverage,
          again.clusters,
        ],
        [
          model.task,
          model.learner,
          model.columns,
          model.windows,
          model.threshold,
          model.coverage,
          model.clusters,
        ],
      )
      for (const values of [
        [3, 'green'],
        [7, 'unheard of'],
        [null, undefined],
      ] as const) {
        const row = model.encode(values)
        assert.deepEqual(again.encode(values), row)
        assert.deepEqual(again.answer(row), model.answer(row))
        assert.deepEqual(again.explain(row), model.explain(row))
      }
    }
  })

  it('of multiples of a column explains the label: contributions add up to it, the base is that of all rows', () => {
    const [, model] = models
    const bases = new Set<number>()
    for (const values of [
      [2, 'red'],
      [9, 'blue'],
      [null, 'green'],
    ] as const) {
      const row = model.encode(values)
      const parts = model.explain(row) as Float64Array
      const { raw: value, low, high } = model.answer(row)
      assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - value) < 1e-9)
      assert.ok((low as number) < value && value < (high as number))
      bases.add(parts[2])
    }
    assert.equal(bases.size, 1)
    assert.ok((model.coverage as number) >= 0.8 && (model.coverage as number) < 0.83)
  })

  it('answers the same about a raw score as about its row', () => {
    for (const model of models.slice(0, 2)) {
      const all = model.scorer?.rawAll(data) as Float64Array
      const row = Float64Array.of(size[7], data.values[1][7])
      assert.deepEqual(model.answerRaw(all[7]), model.answer(row))
    }
  })

  it('with any flipped bit, cut off, or claiming more than it has is MODEL_CORRUPT', () => {
    const corrupt = { code: 'MODEL_CORRUPT' }
    for (const model of models) {
      const file = new Uint8Array(model.save())
      const step = Math.max(1, Math.floor(file.length / 300))
      for (let at = 0; at < file.length; at += at < 64 ? 1 : step) {
        const broken = file.slice()
        broken[at] ^= 1 << (at % 8)
        assert.throws(() => loadBatchModel(broken), corrupt, `bit in byte ${at}`)
      }
      for (const length of [0, 3, 23, 24, 100, file.length - 1]) {
        assert.throws(() => loadBatchModel(file.slice(0, length)), corrupt, `${length} bytes`)
      }
      const absurd = file.slice()
      new DataView(absurd.buffer).setUint32(8, 0xffffffff, true)
      assert.throws(() => loadBatchModel(absurd), corrupt)
    }
  })

  it('with bounds or a threshold that is no number is neither built nor read', () => {
    const learned = models[1].scorer as Scorer
    const parts = { ...common, kind: 'boosting', scorer: learned } as const
    const corrupt = { code: 'MODEL_CORRUPT' }
    for (const threshold of [Number.NaN, Infinity, -0.1]) {
      const task = 'classification'
      assert.throws(
        () => buildBatchModel({ task, ...parts, calibration: NO_CALIBRATION, threshold }),
        corrupt,
      )
    }
    for (const [low, high, coverage] of [
      [-Infinity, 1, 0.9],
      [0, Infinity, 0.9],
      [2, 1, 0.9],
      [Number.NaN, Number.NaN, 0.9],
      [0, 1, 1.1],
    ]) {
      const interval = { relative: false, low, high, coverage }
      assert.throws(() => buildBatchModel({ task: 'regression', ...parts, scale: null, interval }), corrupt)
      const out = createStateWriter()
      saveInterval(out, interval)
      assert.throws(() => loadInterval(createStateReader(out.finish())), corrupt)
    }
  })

  it('has no bounds where validation rows were too few for them, and none after it is read', () => {
    const fit = (count: number) =>
      fitInterval({
        predictions: new Float64Array(count),
        labels: Float64Array.from({ length: count }, (_, i) => i),
        coverage: 0.9,
      })
    assert.equal(fit(18), null)
    assert.deepEqual([fit(19)?.low, fit(19)?.high, fit(19)?.coverage], [0, 18, 1])
    assert.equal(
      fitInterval({ predictions: new Float64Array(0), labels: new Float64Array(0), coverage: 0.5 }),
      null,
    )
    const scorer = models[1].scorer as Scorer
    const parts = { task: 'regression', ...common, kind: 'boosting', scorer, scale: null } as const
    const model = loadBatchModel(buildBatchModel({ ...parts, interval: fit(18) }).save())
    const { low, high, score } = model.answer(model.encode([3, 'green']))
    assert.deepEqual([model.coverage, low, high, Number.isFinite(score)], [null, null, null, true])
  })

  it('is read from a view into a larger buffer', () => {
    const file = new Uint8Array(models[0].save())
    const larger = new Uint8Array(file.length + 13)
    larger.set(file, 5)
    assert.equal(loadBatchModel(larger.subarray(5, 5 + file.length)).threshold, 0.4)
  })
})
