import { type Histogram, histogram } from '../statistics/histogram.ts'
import { type QqPlot, qqPlot } from '../statistics/qq-plot.ts'
import { samplePositions } from '../statistics/sample-positions.ts'
import { checkPredicted, type PredictedRows, regressionScores } from './regression-scores.ts'

export interface ResidualPoint {
  predicted: number
  residual: number
  split: 'train' | 'test'
}

export interface Residuals {
  /** At most `maxPoints`, drawn evenly from both parts by `seed`. */
  points: ResidualPoint[]
  r2Train: number | null
  r2Test: number | null
  hist: { edges: number[]; train: number[]; test: number[] }
  /** Of the test part. */
  qq: QqPlot
}

const POINTS = 2000

/**
 * Label minus prediction, of the test part and, where given, of the training part.
 * @throws `INVALID_DATA` for lengths that differ and values that are not finite.
 */
export function residuals({
  test,
  train = null,
  bins = 30,
  maxPoints = POINTS,
  seed = 42,
}: {
  test: PredictedRows
  train?: PredictedRows | null
  bins?: number
  maxPoints?: number
  seed?: number
}): Residuals {
  const tests = residualsOf(test)
  const trains = train ? residualsOf(train) : new Float64Array(0)
  const { edges, counts } = commonHistogram(trains, tests, bins)
  const pointsOf = (rows: PredictedRows, values: Float64Array, split: 'train' | 'test', share: number) =>
    samplePositions(values.length, share, seed).map(i => ({
      predicted: rows.predictions[i],
      residual: values[i],
      split,
    }))
  const half = train ? Math.floor(maxPoints / 2) : 0
  return {
    points: [
      ...(train ? pointsOf(train, trains, 'train', half) : []),
      ...pointsOf(test, tests, 'test', maxPoints - half),
    ],
    r2Train: train ? regressionScores(train).r2 : null,
    r2Test: regressionScores(test).r2,
    hist: { edges, train: counts[0], test: counts[1] },
    qq: qqPlot(tests),
  }
}

function residualsOf(rows: PredictedRows): Float64Array {
  checkPredicted(rows)
  const { labels, predictions } = rows
  return Float64Array.from({ length: labels.length }, (_, i) => labels[i] - predictions[i])
}

function commonHistogram(train: Float64Array, test: Float64Array, bins: number) {
  const both = new Float64Array(train.length + test.length)
  both.set(train)
  both.set(test, train.length)
  const { edges } = histogram(both, { bins })
  const range = [edges[0], edges[edges.length - 1]] as const
  const count = (values: Float64Array): Histogram['counts'] =>
    edges.length === 0 ? [] : histogram(values, { bins, range }).counts
  return { edges, counts: [count(train), count(test)] as const }
}
