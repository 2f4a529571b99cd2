import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import type { Table } from '#learn/batch/table-file.ts'
import type { ChartInput, ChartSampled } from '../chart-family.ts'
import { takeExtra, takeRows } from './take-rows.ts'
import { targetOf } from './target-of.ts'

interface FeatureColumns {
  names: string[]
  /** One number a row and feature, NaN where it is missing. */
  columns: Float64Array[]
  /** Whether a column stands for categories. */
  nominal: boolean[]
  /** Label or cluster of the rows. */
  target: Float64Array
  sampled: ChartSampled
}

/**
 * Features of training rows as numbers, at most as many rows as the option `sample`: categories as their share of all rows, or as their
 * codes (`encoding`).
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function featureColumns({ run, options }: ChartInput): FeatureColumns {
  const { train } = run
  const seed = options.number('seed')
  const rows = samplePositions(train.rows, options.number('sample'), seed)
  targetOf(run, train)
  const taken = takeRows(train, rows)
  const byShare = options.text('encoding') === 'FREQUENCY'
  return {
    names: train.columns.map(({ name }) => name),
    nominal: train.columns.map(({ kind }) => kind === 'nominal'),
    columns: taken.values.map((values, column) =>
      train.columns[column]?.kind === 'numeric'
        ? Float64Array.from(values)
        : coded(values, byShare ? sharesOf(train, column) : null),
    ),
    target: takeExtra(train, run.model.task === 'clustering' ? 'cluster' : 'label', rows),
    sampled: { n: rows.length, of: train.of, seed },
  }
}

function coded(codes: ArrayLike<number>, shares: Map<number, number> | null): Float64Array {
  return Float64Array.from(codes, code =>
    code < 0 ? Number.NaN : shares === null ? code : (shares.get(code) ?? 0),
  )
}

function sharesOf(train: Table, column: number): Map<number, number> {
  const counts = new Map<number, number>()
  for (const code of train.values[column] ?? []) counts.set(code, (counts.get(code) ?? 0) + 1)
  return new Map([...counts].map(([code, count]) => [code, count / train.rows]))
}
