import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { trainBoosting } from '#learn/batch/boosting/train-boosting.ts'
import { fitEncoder } from '#learn/batch/encoder/encoder.ts'
import { createRandom } from '#learn/math/random.ts'
import { buildBatchModel } from '#learn/batch/model/build-batch-model.ts'
import { NO_CALIBRATION } from '#learn/batch/model/calibration-loaders.ts'
import type {
  DecisionBoundaryData,
  FeatureImportancesData,
  JointPlotData,
  PartialDependenceData,
} from '../data/features-data.ts'
import { computeChart } from '../compute-chart.ts'
import { testRun } from '../test-run.ts'
import { vegaLiteOf } from '../vega-lite-of.ts'

const numeric = (name: string) => ({ name, kind: 'numeric' as const })
const tableOf = (values: Float64Array[], names: readonly string[], label: Float64Array) => ({
  rows: label.length,
  columns: names.map(numeric),
  values,
  extra: { label },
  of: label.length,
  seed: 1,
})

/** Learns a multiple of `distance`, in which the distance itself has no part. */
async function scaledRun() {
  const rows = 1500
  const random = createRandom('scaled')
  const normal = () => Float64Array.from({ length: rows }, () => random.normal())
  const distance = Float64Array.from({ length: rows }, () => 1 + 50 * random.next())
  const [wind, noise] = [normal(), normal()]
  const label = distance.map((far, i) => far * (3 + 0.3 * (wind[i] ?? 0) + 0.05 * random.normal()))
  const train = tableOf([noise, wind, distance], ['noise', 'wind', 'distance'], label)
  const { scorer } = await trainBoosting({
    objective: 'regression',
    train: { data: train, labels: label.map((value, i) => value / (distance[i] ?? 1)) },
    validation: null,
    seed: 1,
    params: { iterations: 30, minLeafRows: 100, minGain: 5 },
  })
  const model = buildBatchModel({
    task: 'regression',
    learner: 'gradient-boosting',
    encoder: fitEncoder(train),
    windows: [],
    kind: 'boosting',
    scorer,
    scale: { column: 2, fallback: 26 },
    interval: { relative: false, low: 0, high: 0, coverage: 0.9 },
  })
  return { ...(await testRun('regression', { rows: 100 })), model, train, test: train }
}

/** A model that learned noise by heart. */
async function overfittedRun() {
  const random = createRandom('noise')
  const tableFor = (rows: number) =>
    tableOf(
      Array.from({ length: 8 }, () => Float64Array.from({ length: rows }, () => random.normal())),
      [...'abcdefgh'],
      Float64Array.from({ length: rows }, () => random.below(2)),
    )
  const [train, test, validation] = [tableFor(600), tableFor(2000), tableFor(500)]
  const { scorer } = await trainBoosting({
    objective: 'binary',
    train: { data: train, labels: train.extra.label },
    validation: null,
    seed: 1,
    params: { iterations: 40 },
  })
  const model = buildBatchModel({
    task: 'classification',
    learner: 'gradient-boosting',
    encoder: fitEncoder(train),
    windows: [],
    kind: 'boosting',
    scorer,
    calibration: NO_CALIBRATION,
    threshold: 0.5,
  })
  return { ...(await testRun('classification', { rows: 100 })), model, train, test, validation }
}

describe('importances of features', () => {
  test('see a column that the score is multiplied by, though no tree splits on it', async () => {
    const run = await scaledRun()
    const chart = await computeChart({ kind: 'FeatureImportances', run })
    const { features } = chart.data as FeatureImportancesData
    assert.deepEqual(
      features.map(({ name }) => name),
      ['distance', 'wind', 'noise'],
    )
    const [distance, wind, noise] = features
    assert.equal(distance?.split, 0)
    assert.ok((distance?.permutationMean ?? 0) > 3 * (wind?.permutationMean ?? Infinity))
    assert.equal(noise?.permutationMean, 0)
    assert.match(
      chart.interpretation,
      /Ranked by gain, or by SHAP where a feature contributes without splits/,
    )
    assert.ok(JSON.stringify(vegaLiteOf(chart)).includes('mean |SHAP|'), 'the bars are what it is ranked by')
  })

  test('choose what other charts show unless they are told', async () => {
    const run = await scaledRun()
    const shown = (await computeChart({ kind: 'PartialDependenceDisplay', run }))
      .data as PartialDependenceData
    assert.equal(shown.features[0]?.name, 'distance')
    const { xName, yName } = (await computeChart({ kind: 'JointPlot', run })).data as JointPlotData
    assert.deepEqual([xName, yName], ['distance', 'wind'])
    const common = await testRun('classification')
    const boundary = (await computeChart({ kind: 'DecisionBoundaryDisplay', run: common }))
      .data as DecisionBoundaryData
    assert.equal(boundary.xName, 'amount', 'by gain where all that counts has some')
  })

  test('are drawn by gain where every feature that contributes has some', async () => {
    const chart = await computeChart({ kind: 'FeatureImportances', run: await testRun('classification') })
    const gains = (chart.data as FeatureImportancesData).features.map(({ gain }) => gain ?? 0)
    assert.deepEqual(
      gains,
      [...gains].sort((a, b) => b - a),
    )
    assert.ok(JSON.stringify(vegaLiteOf(chart)).includes('share of the loss reduction'))
  })

  test('by permutation are measured on the test part, where noise that was learned by heart is worth nothing', async () => {
    const run = await overfittedRun()
    const growth = async (given: typeof run) => {
      const options = { sample: 2000 }
      const { data, sampled } = await computeChart({ kind: 'FeatureImportances', run: given, options })
      const growths = (data as FeatureImportancesData).features.map(f => f.permutationMean ?? Number.NaN)
      return { sampled, mean: growths.reduce((sum, value) => sum + value, 0) / growths.length }
    }
    const tested = await growth(run)
    assert.deepEqual(tested.sampled, { n: 2000, of: 2000, seed: 42 })
    const learned = await growth({ ...run, test: run.train })
    assert.ok(
      learned.mean > 0.02 && Math.abs(tested.mean) < 0.2 * learned.mean,
      `${tested.mean} ${learned.mean}`,
    )
  })

  test('are measured on the validation part without a test part, and refused without both', async () => {
    const run = { ...(await overfittedRun()), test: null }
    const { sampled } = await computeChart({ kind: 'FeatureImportances', run })
    assert.deepEqual(sampled, { n: 500, of: 500, seed: 42 })
    await assert.rejects(computeChart({ kind: 'FeatureImportances', run: { ...run, validation: null } }), {
      code: 'CHART_DATA_MISSING',
      message: /kept no labelled rows of its test or validation part/,
    })
  })

  test('of clusters are measured on rows held out from the model that predicts them', async () => {
    const { sampled } = await computeChart({ kind: 'FeatureImportances', run: await testRun('clustering') })
    assert.deepEqual(sampled, { n: 267, of: 900, seed: 42 })
  })
})
