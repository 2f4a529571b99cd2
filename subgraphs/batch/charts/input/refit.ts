import { trainBoosting } from '#learn/batch/boosting/train-boosting.ts'
import type { Dataset } from '#learn/batch/dataset.ts'
import { rocAucOf } from '#learn/batch/evaluation/ranking-scores.ts'
import { regressionScores } from '#learn/batch/evaluation/regression-scores.ts'
import { thresholdCounts } from '#learn/batch/evaluation/threshold-counts.ts'
import type { Scorer } from '#learn/batch/scorer.ts'
import type { SelectionSample } from './selection-sample.ts'
import { takeRows } from './take-rows.ts'

interface Options {
  sample: SelectionSample
  /** Rows of the sample. */
  trainRows: readonly number[]
  testRows: readonly number[]
  /** Columns that may be used; all without. */
  columns?: readonly number[]
  params: Readonly<Record<string, number>>
  seed: number
  signal?: AbortSignal | undefined
}

export interface Refit {
  /** Null where nothing could be learned. */
  scorer: Scorer | null
  /** Of the columns that were used. */
  test: { data: Dataset; target: Float64Array }
  trainScore: number | null
  testScore: number | null
  ms: number
}

/** Small trees, coarse bins: a refit shows how the score changes, not how good a model can be. */
const SMALL = { learningRate: 0.2, depth: 4, leaves: 16, maxBins: 32, minLeafRows: 5, setMax: 16 }

/** What the scores of refits are: higher is better for all of them. */
export function scorerOf(classes: number): string {
  return classes === 0 ? 'r2' : classes === 2 ? 'rocAuc' : 'accuracy'
}

/** Fits a small model of gradient boosting to some rows of a sample and scores it there and on others. */
export async function refit({
  sample,
  trainRows,
  testRows,
  columns,
  params,
  seed,
  signal,
}: Options): Promise<Refit> {
  const { classes, target } = sample
  const data = columns ? takeColumns(sample.data, columns) : sample.data
  const part = (rows: readonly number[]) => ({
    data: takeRows(data, rows),
    target: Float64Array.from(rows, row => target[row] as number),
  })
  const [train, test] = [part(trainRows), part(testRows)]
  const startedAt = performance.now()
  const scorer = await fit()
  const ms = performance.now() - startedAt
  return {
    scorer,
    test,
    trainScore: scoreOf(scorer, train, classes),
    testScore: scoreOf(scorer, test, classes),
    ms,
  }

  async function fit(): Promise<Scorer | null> {
    try {
      const { scorer } = await trainBoosting({
        objective: classes === 0 ? 'regression' : classes === 2 ? 'binary' : 'multiclass',
        ...(classes > 2 ? { classes } : {}),
        train: { data: train.data, labels: train.target },
        validation: null,
        params: { ...SMALL, ...params },
        seed,
        ...(signal ? { signal } : {}),
      })
      return scorer
    } catch (error) {
      // A few columns of few rows may hold a single value each, or the rows a single class.
      const { code } = error as { code?: string }
      if (code === 'NO_INFORMATION' || code === 'ONE_CLASS') return null
      throw error
    }
  }
}

/** Without a model: what a constant answer would score. */
function scoreOf(
  scorer: Scorer | null,
  { data, target }: { data: Dataset; target: Float64Array },
  classes: number,
): number | null {
  if (target.length === 0) return null
  const raw = scorer?.rawAll(data) ?? new Float64Array(data.rows * Math.max(1, classes > 2 ? classes : 1))
  if (classes === 0) return scorer ? regressionScores({ labels: target, predictions: raw }).r2 : 0
  if (classes === 2) return rocAucOf(thresholdCounts({ labels: target, scores: raw }))
  let hits = 0
  for (let row = 0; row < data.rows; row++) {
    let best = 0
    for (let c = 1; c < classes; c++) {
      if ((raw[row * classes + c] as number) > (raw[row * classes + best] as number)) best = c
    }
    if (best === target[row]) hits++
  }
  return hits / data.rows
}

function takeColumns({ rows, columns, values }: Dataset, taken: readonly number[]): Dataset {
  return {
    rows,
    columns: taken.flatMap(column => columns[column] ?? []),
    values: taken.flatMap(column => values[column] ?? []),
  }
}
