import { fitDesign } from '#learn/batch/encoder/design.ts'
import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartSampled } from '../chart-family.ts'
import type { RunData } from '../run-data.ts'
import { takeExtra, takeRows } from './take-rows.ts'

interface ClusteredPoints {
  /** Row-major, numbers scaled to unit variance, categories one-hot: the space in which k-means works. */
  data: Float64Array
  width: number
  labels: Int32Array
  k: number
  sampled: ChartSampled
}

/**
 * Rows of a clustering as points with their clusters, at most `limit`, drawn by `seed`.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function clusteredPoints(
  { run, model, train }: RunData,
  limit: number,
  seed: number,
): ClusteredPoints {
  const rows = samplePositions(train.rows, limit, seed)
  const cluster = takeExtra(train, 'cluster', rows)
  if (rows.length < 3 || cluster.some(Number.isNaN)) {
    const known = cluster.filter(Number.isFinite).length
    throw new CodedError(
      'CHART_DATA_MISSING',
      `Run ${run} kept ${known} rows with a cluster, wanted at least 3, and one for each row.`,
    )
  }
  // Scaled by all rows, as the model was.
  const design = fitDesign(train)
  const labels = Int32Array.from(cluster)
  return {
    data: design.all(takeRows(train, rows)),
    width: design.width,
    labels,
    k: Math.max(model.clusters ?? 0, 1 + labels.reduce((most, label) => Math.max(most, label), 0)),
    sampled: { n: rows.length, of: train.of, seed },
  }
}
