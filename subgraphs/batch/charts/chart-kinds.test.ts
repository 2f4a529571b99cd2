import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ChartLibrary } from './chart-kind.ts'
import { CHART_FAMILIES } from './chart-kind.ts'
import { chartCacheKey } from './chart-cache-key.ts'
import { chartKindOf } from './chart-kind-of.ts'
import { chartKinds } from './chart-kinds.ts'
import { readChartOptions } from './read-chart-options.ts'

/** What the three libraries' users know, by the libraries' own names. */
const NAMES: Readonly<Partial<Record<ChartLibrary, string>>> = {
  YELLOWBRICK:
    'ConfusionMatrix ClassificationReport ROCAUC PrecisionRecallCurve ClassPredictionError DiscriminationThreshold ResidualsPlot ' +
    'PredictionError Rank1D Rank2D PCA Manifold JointPlot RadViz ParallelCoordinates ClassBalance BalancedBinningReference ' +
    'FeatureCorrelation FeatureCorrelation_Pearson FeatureImportances CVScores ValidationCurve LearningCurve RFECV DroppingCurve ' +
    'KElbowVisualizer SilhouetteVisualizer InterclusterDistance FreqDistVisualizer TSNEVisualizer UMAPVisualizer DispersionPlot ' +
    'WordCorrelationPlot PosTagVisualizer',
  SKLEARN:
    'CalibrationDisplay ConfusionMatrixDisplay DecisionBoundaryDisplay DetCurveDisplay LearningCurveDisplay PartialDependenceDisplay ' +
    'PrecisionRecallDisplay RocCurveDisplay ValidationCurveDisplay PredictionErrorDisplayActual PredictionErrorDisplayResidual',
  SCIKITPLOT:
    'CalibrationCurve ConfusionMatrix CumulativeGain FeatureImportances KSStatistic LearningCurve LiftCurve PCA2DProjection ' +
    'PCAComponentVariance PrecisionRecallCurve PrecisionRecallCurveDetailed RocCurve RocCurveDetailed ElbowCurve Silhouette',
}

describe('the catalogue of charts', () => {
  for (const [library, names] of Object.entries(NAMES)) {
    test(`has every chart of ${library} by its name there`, () => {
      const known = chartKinds().filter(kind => kind.library === library)
      assert.deepEqual(known.map(({ name }) => name).sort(), names.split(' ').sort())
    })
  }

  test('has one kind for each chart, and a use for each family', () => {
    const kinds = chartKinds().map(({ kind }) => kind)
    assert.equal(new Set(kinds).size, kinds.length)
    const used = new Set(chartKinds().map(({ family }) => family))
    assert.deepEqual(
      CHART_FAMILIES.filter(family => !used.has(family)),
      [],
    )
  })

  test('explains every chart in sentences and links to the library that has it', () => {
    for (const { kind, library, title, docsUrl, ...texts } of chartKinds()) {
      for (const text of [texts.description, texts.interpretation, texts.whenToUse]) {
        assert.match(text, /^[A-Z].*\.$/s, kind)
      }
      assert.ok(title.length > 2 && !title.endsWith('.'), kind)
      assert.equal(docsUrl === null, library === 'OWN', kind)
      if (docsUrl) assert.equal(new URL(docsUrl).protocol, 'https:')
    }
  })

  test('takes its own defaults', () => {
    for (const kind of chartKinds()) {
      const given = Object.fromEntries(
        kind.options.flatMap(o => (o.default === null ? [] : [[o.name, o.default]])),
      )
      assert.deepEqual(readChartOptions(kind, given), readChartOptions(kind, null), kind.kind)
    }
  })

  test('offers to a task only what makes sense for it', () => {
    assert.ok(chartKinds('classification').some(({ kind }) => kind === 'ROCAUC'))
    assert.ok(!chartKinds('regression').some(({ kind }) => kind === 'ROCAUC'))
    assert.ok(!chartKinds('regression').some(({ kind }) => kind === 'RadViz'))
    assert.ok(chartKinds('clustering').some(({ kind }) => kind === 'LearningCurve'))
  })
})

describe('the kind of a chart', () => {
  test('is found by its name, or by library and name', () => {
    assert.equal(chartKindOf('ConfusionMatrix').library, 'YELLOWBRICK')
    assert.equal(chartKindOf('scikitplot.ConfusionMatrix').library, 'SCIKITPLOT')
    assert.equal(chartKindOf('yellowbrick.ConfusionMatrix').kind, 'ConfusionMatrix')
    assert.equal(chartKindOf('sklearn.DetCurveDisplay').kind, 'DetCurveDisplay')
  })

  test('that nobody knows is refused with the likeliest names', () => {
    assert.throws(() => chartKindOf('RocAuc'), { code: 'CHART_UNKNOWN', message: /"RocAuc".*ROCAUC/ })
    assert.throws(() => chartKindOf('toString'), { code: 'CHART_UNKNOWN' })
    assert.throws(() => chartKindOf(''), { code: 'CHART_UNKNOWN' })
  })

  test('that does not fit a task is refused with those that do', () => {
    assert.throws(() => chartKindOf('ROCAUC', 'regression'), {
      code: 'CHART_NOT_APPLICABLE',
      message:
        /ROCAUC is for classification, given a model of regression; wanted one of ResidualsPlot, PredictionError, Rank1D/,
    })
    assert.throws(() => chartKindOf('RadViz', 'regression'), { message: /wanted one of Rank1D, Rank2D, PCA/ })
  })
})

describe('options of a chart', () => {
  const roc = chartKindOf('ROCAUC')
  const refused = (kind: string, options: unknown, message: RegExp) =>
    assert.throws(() => readChartOptions(chartKindOf(kind), options), { code: 'BAD_USER_INPUT', message })

  test('are filled in with defaults and with what the kind settles', () => {
    assert.deepEqual(
      { ...readChartOptions(roc, { points: 60 }) },
      { split: 'TEST', points: 60, averages: 'ALL' },
    )
    assert.equal(readChartOptions(chartKindOf('CalibrationCurve'), {})['strategy'], 'UNIFORM')
    assert.equal(readChartOptions(chartKindOf('CalibrationDisplay'), {})['strategy'], 'QUANTILE')
  })

  test('out of bounds, of another type or unknown are refused', () => {
    refused(
      'ROCAUC',
      { points: 10 },
      /options.points of ROCAUC: 10 given, an integer from 50 to 5000 wanted\./,
    )
    refused('ROCAUC', { points: 60.5 }, /60\.5 given/)
    refused('ROCAUC', { points: '60' }, /"60" given/)
    refused('ROCAUC', { split: 'ALL' }, /one of TEST, VALIDATION, TRAIN wanted/)
    refused(
      'ROCAUC',
      { averages: 'NONE' },
      /options.averages of ROCAUC is unknown, wanted one of: split, points\./,
    )
    refused('ROCAUC', [], /an object wanted/)
    refused('JointPlot', { x: '' }, /a text of at most 200 characters wanted/)
    refused('ValidationCurve', { values: [] }, /1 to 30 numbers from 0 to 1000 wanted/)
    refused('DispersionPlot', { words: [7] }, /1 to 30 texts/)
    refused('TrainingCurve', { constructor: 1 }, /wanted one of: none/)
  })
})

describe('the place of a kept chart', () => {
  test('is the same for options that mean the same, and another for others', () => {
    const plain = chartCacheKey('ROCAUC', null)
    assert.match(plain, /^charts\/ROCAUC-[0-9a-f]{16}\.json$/)
    assert.equal(chartCacheKey('yellowbrick.ROCAUC', { points: 500 }), plain)
    assert.notEqual(chartCacheKey('ROCAUC', { points: 501 }), plain)
    assert.notEqual(chartCacheKey('RocCurve', null), plain)
  })
})
