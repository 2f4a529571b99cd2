import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { calibrationCurve } from './calibration-curve.ts'
import { classificationReport } from './classification-report.ts'
import { classificationScores } from './classification-scores.ts'
import { confusion } from './confusion.ts'
import { detCurve } from './det-curve.ts'
import { discriminationThreshold } from './discrimination-threshold.ts'
import { flagScores } from './flag-scores.ts'
import { gainAndLift } from './gain-and-lift.ts'
import { ksStatistic } from './ks-statistic.ts'
import { precisionRecallCurve } from './precision-recall-curve.ts'
import { rocCurve } from './roc-curve.ts'
import { CURVE_POINTS, thinCurve } from './thin-curve.ts'
import { wilsonInterval } from './wilson-interval.ts'

const random = createRandom(7)
const labels = Float64Array.from({ length: 20_000 }, () => (random.next() < 0.05 ? 1 : 0))
const scores = labels.map(label => 1 / (1 + Math.exp(3 - 3 * label - random.normal())))
const rows = { labels, scores }
const oneClass = { labels: new Float64Array(5), scores: Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5) }

describe('a long curve', () => {
  const full = rocCurve({ ...rows, maxPoints: Infinity })
  const thin = rocCurve(rows)

  test('is thinned to 2,000 points, its ends among them', () => {
    assert.equal(full.fpr.length > 2 * CURVE_POINTS, true)
    assert.ok(thin.fpr.length <= CURVE_POINTS && thin.fpr.length > CURVE_POINTS / 2)
    assert.deepEqual([thin.fpr[0], thin.tpr[0], thin.fpr.at(-1), thin.tpr.at(-1)], [0, 0, 1, 1])
    assert.equal(thin.auc, full.auc)
  })

  test('keeps its shape: no dropped point is farther from a kept one than the spacing', () => {
    let kept = 0
    full.fpr.forEach((fpr, i) => {
      const distance = (k: number) => Math.abs(thin.fpr[k] - fpr) + Math.abs(thin.tpr[k] - full.tpr[i])
      while (kept + 1 < thin.fpr.length && distance(kept + 1) <= distance(kept)) kept++
      assert.ok(distance(kept) <= 2 / (CURVE_POINTS - 1) + 1 / 900, `${i}: ${distance(kept)}`)
    })
  })

  test('that never moves keeps its ends', () => {
    assert.deepEqual([...thinCurve([new Float64Array(10)], 4)], [0, 1, 2, 9])
  })
})

test('the ROC curve goes through the decisions at the threshold', () => {
  const { operatingPoint, thresholds } = rocCurve({ ...rows, threshold: 0.3 })
  const { counts } = confusion({ labels, predictions: flagScores(scores, 0.3) })
  assert.equal(thresholds[0], null)
  assert.equal(operatingPoint?.tpr, counts[1][1] / (counts[1][0] + counts[1][1]))
  assert.equal(operatingPoint?.fpr, counts[0][1] / (counts[0][0] + counts[0][1]))
})

test('the precision-recall curve has one threshold fewer than points, and its F1 lines are of that F1', () => {
  const curve = precisionRecallCurve(rows)
  assert.equal(curve.thresholds.length, curve.precision.length - 1)
  assert.deepEqual([curve.precision.at(-1), curve.recall.at(-1), curve.recall[0]], [1, 0, 1])
  for (const { f1, points } of curve.isoF1) {
    for (const [r, p] of points) assert.ok(Math.abs((2 * r * p) / (r + p) - f1) < 1e-12)
  }
})

test('the DET curve falls from no miss to no false alarm', () => {
  const { fpr, fnr, fprProbit } = detCurve(rows)
  assert.equal(fnr[0], 0)
  assert.equal(fpr.at(-1), 0)
  assert.equal(fprProbit.at(-1), null)
  assert.ok(fpr.every((rate, i) => i === 0 || rate <= fpr[i - 1]))
})

test('curves of one class or of nothing are empty, not wrong', () => {
  for (const input of [oneClass, { labels: [], scores: [] }]) {
    assert.deepEqual(rocCurve(input).fpr, [])
    assert.equal(rocCurve(input).auc, null)
    assert.equal(precisionRecallCurve(input).ap, null)
    assert.deepEqual(detCurve(input).fpr, [])
    assert.equal(ksStatistic(input).ks, null)
    assert.deepEqual(gainAndLift(input).percent, [])
    assert.equal(discriminationThreshold(input).argmax, null)
  }
  assert.equal(precisionRecallCurve(oneClass).prevalence, 0)
})

test('the Kolmogorov-Smirnov distance is the largest difference of true and false positive rate', () => {
  const { fpr, tpr } = rocCurve({ ...rows, maxPoints: Infinity })
  const largest = Math.max(...fpr.map((rate, i) => tpr[i] - rate))
  assert.ok(Math.abs((ksStatistic(rows).ks as number) - largest) < 1e-12)
})

test('gain ends with every positive found; deciles add up to all rows', () => {
  const { gain, lift, deciles } = gainAndLift(rows)
  assert.equal(gain.at(-1), 1)
  assert.equal(lift.at(-1), 1)
  assert.equal(
    deciles.reduce((sum, { n }) => sum + n, 0),
    labels.length,
  )
  assert.equal(deciles[9].cumGain, 1)
  assert.ok(
    gainAndLift({ ...rows, positiveClass: 0 }).gain.every((share, i, all) => i === 0 || share >= all[i - 1]),
  )
})

describe('calibration', () => {
  test('bins hold all rows, and the interval of a fraction holds it', () => {
    for (const strategy of ['uniform', 'quantile'] as const) {
      const { bins, ece, mce } = calibrationCurve({ ...rows, strategy })
      assert.equal(
        bins.reduce((sum, { count }) => sum + count, 0),
        labels.length,
      )
      for (const { ciLow, fractionPositive, ciHigh } of bins) {
        assert.ok(ciLow <= fractionPositive && fractionPositive <= ciHigh)
      }
      assert.ok((ece as number) <= (mce as number))
    }
  })

  test("Wilson's interval is that of the book: 0 of 10 is 0 to 0.278, 5 of 10 is 0.237 to 0.763", () => {
    const round = (value: number | undefined) => Math.round((value ?? NaN) * 1000) / 1000
    assert.deepEqual([round(wilsonInterval(0, 10)?.low), round(wilsonInterval(0, 10)?.high)], [0, 0.278])
    assert.deepEqual([round(wilsonInterval(5, 10)?.low), round(wilsonInterval(5, 10)?.high)], [0.237, 0.763])
    assert.equal(wilsonInterval(0, 0), null)
  })

  test('refuses what is no probability', () => {
    const wrong = { labels: [0, 1], scores: [0.2, 1.2] }
    assert.throws(() => calibrationCurve(wrong), { code: 'INVALID_DATA' })
    assert.throws(() => calibrationCurve({ ...rows, bins: 0 }), { code: 'INVALID_PARAMETER' })
    assert.deepEqual(calibrationCurve({ labels: [], scores: [], strategy: 'quantile' }).bins, [])
  })
})

describe('the discrimination threshold', () => {
  test('of one trial equals the scores of the decisions', () => {
    const { thresholds, metrics } = discriminationThreshold({ ...rows, trials: 1 })
    for (const i of [10, 30, 50]) {
      const { precision, recall, f1, fbeta2 } = classificationScores({ ...rows, threshold: thresholds[i] })
      const given = [metrics.precision, metrics.recall, metrics.f1, metrics.f2].map(band => band.median[i])
      assert.deepEqual(given, [precision, recall, f1, fbeta2])
    }
  })

  test('of many trials has a band around it, the same for a seed', () => {
    const exact = discriminationThreshold({ ...rows, trials: 1 }).metrics.recall
    const drawn = discriminationThreshold(rows)
    assert.deepEqual(discriminationThreshold(rows), drawn)
    const { lower, median, upper } = drawn.metrics.recall
    for (const i of [20, 40, 60]) {
      assert.ok(lower[i] < median[i] && median[i] < upper[i])
      assert.ok(Math.abs(median[i] - exact.median[i]) < 0.02)
      // The binomial deviation of a recall over about 1,000 positives, times 1.28 on both sides.
      assert.ok(upper[i] - lower[i] < 0.06 && upper[i] - lower[i] > 0.01, String(upper[i] - lower[i]))
    }
  })

  test('costs: the dearer a miss, the lower the cheapest threshold', () => {
    const cheap = discriminationThreshold({ ...rows, fpCost: 1, fnCost: 1 }).cost.threshold as number
    const dear = discriminationThreshold({ ...rows, fpCost: 1, fnCost: 50 }).cost.threshold as number
    assert.ok(dear < cheap)
    assert.throws(() => discriminationThreshold({ ...rows, fpCost: -1 }), { code: 'INVALID_PARAMETER' })
    assert.throws(() => discriminationThreshold({ ...rows, trials: 0 }), { code: 'INVALID_PARAMETER' })
  })
})

test('a report of three classes averages them; a class that never occurs counts 0', () => {
  const report = classificationReport({ labels: [0, 0, 1, 1], predictions: [0, 1, 1, 1], classes: 3 })
  assert.deepEqual(report.precision, [1, 2 / 3, 0])
  assert.deepEqual(report.recall, [0.5, 1, 0])
  assert.deepEqual(report.supportPct, [50, 50, 0])
  assert.equal(report.accuracy, 0.75)
  assert.equal(report.weightedAvg.recall, 0.75)
  assert.throws(() => confusion({ labels: [3], predictions: [0], classes: 3 }), { code: 'INVALID_DATA' })
  assert.throws(() => confusion({ labels: [1], predictions: [] }), { code: 'INVALID_DATA' })
})
