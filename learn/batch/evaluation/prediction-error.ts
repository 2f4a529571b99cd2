import { type LineFit, lineFit } from '../statistics/line-fit.ts'
import { samplePositions } from '../statistics/sample-positions.ts'
import { type PredictedRows, regressionScores } from './regression-scores.ts'

export interface PredictionError {
  /** At most `maxPoints`, drawn by `seed`. */
  points: { actual: number; predicted: number }[]
  /** The span of both sides, along which the line of no error goes. */
  identity: { min: number; max: number } | null
  /** Of the predictions on the labels, all rows. */
  bestFit: LineFit | null
  r2: number | null
}

const POINTS = 2000

/** Predictions beside what they should have been.
 * @throws `INVALID_DATA` for lengths that differ and values that are not finite. */
export function predictionError({
  maxPoints = POINTS,
  seed = 42,
  ...rows
}: PredictedRows & { maxPoints?: number; seed?: number }): PredictionError {
  const { r2 } = regressionScores(rows)
  const { labels, predictions } = rows
  let min = Infinity
  let max = -Infinity
  for (let i = 0; i < labels.length; i++) {
    min = Math.min(min, labels[i], predictions[i])
    max = Math.max(max, labels[i], predictions[i])
  }
  return {
    points: samplePositions(labels.length, maxPoints, seed).map(i => ({
      actual: labels[i],
      predicted: predictions[i],
    })),
    identity: min <= max ? { min, max } : null,
    bestFit: lineFit(labels, predictions),
    r2,
  }
}
