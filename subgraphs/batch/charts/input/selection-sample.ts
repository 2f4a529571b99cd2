import type { Dataset } from '#learn/batch/dataset.ts'
import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartInput, ChartSampled } from '../chart-family.ts'
import { takeRows } from './take-rows.ts'
import { targetOf } from './target-of.ts'

/** Rows that small models are fitted to, with what they are to learn. */
export interface SelectionSample {
  data: Dataset
  target: Float64Array
  /** Number of classes or clusters; 0 for a regression. */
  classes: number
  sampled: ChartSampled
}

/** Positives make up at least so much of the sample, if there are enough: scores of a handful would be noise. */
const LEAST_POSITIVE = 0.25
const FEWEST_ROWS = 20

/**
 * Training rows for refits, as many as the option `sample`, drawn by `seed`; of clusterings with their clusters as the target.
 * @throws CodedError `CHART_DATA_MISSING` for fewer than 20 rows, or a single class.
 */
export function selectionSample({ run, options }: ChartInput): SelectionSample {
  const { train, model } = run
  const all = targetOf(run, train)
  const seed = options.number('seed')
  const limit = options.number('sample')
  const known = [...all.keys()].filter(row => Number.isFinite(all[row]))
  const rows = model.task === 'classification' ? enriched(known, all, limit, seed) : drawn(known, limit, seed)
  const target = Float64Array.from(rows, row => all[row] as number)
  const different = new Set(target).size
  if (rows.length < FEWEST_ROWS || different < 2) {
    throw new CodedError(
      'CHART_DATA_MISSING',
      `Run ${run.run} kept ${rows.length} rows with ${different} different targets, wanted at least ${FEWEST_ROWS} with two.`,
    )
  }
  const classes =
    model.task === 'regression' ? 0 : 1 + target.reduce((most, value) => Math.max(most, value), 0)
  return { data: takeRows(train, rows), target, classes, sampled: { n: rows.length, of: train.of, seed } }
}

function drawn(rows: readonly number[], limit: number, seed: number): number[] {
  return samplePositions(rows.length, limit, seed).map(position => rows[position] as number)
}

function enriched(rows: readonly number[], target: Float64Array, limit: number, seed: number): number[] {
  if (rows.length <= limit) return [...rows]
  const positives = rows.filter(row => target[row] === 1)
  const negatives = rows.filter(row => target[row] !== 1)
  const even = Math.round((limit * positives.length) / rows.length)
  const wanted = Math.min(positives.length, Math.max(even, Math.round(LEAST_POSITIVE * limit)))
  return [...drawn(positives, wanted, seed), ...drawn(negatives, limit - wanted, seed)].sort((a, b) => a - b)
}
