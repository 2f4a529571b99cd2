import type { Dataset } from '#learn/batch/dataset.ts'
import type { Scorer } from '#learn/batch/scorer.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartInput, ChartSampled } from '../chart-family.ts'
import { refit } from './refit.ts'
import { selectionSample } from './selection-sample.ts'

/** Scorer whose features are ranked, with rows to rank them on. */
interface RankedModel {
  scorer: Scorer
  data: Dataset
  target: Float64Array
  /** Number of classes; 0 for a regression. */
  classes: number
  sampled: ChartSampled
}

/** Trees that tell clusters apart, since a clustering itself ranks no features. */
const SURROGATE = { iterations: 30 }

/**
 * The model's own scorer with a sample of rows; for a clustering a small model that predicts the cluster, as the reference does.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export async function rankedModel(input: ChartInput): Promise<RankedModel> {
  const { run, options, signal } = input
  const sample = selectionSample(input)
  const { data, target, classes, sampled } = sample
  const { scorer } = run.model
  if (scorer) return { scorer, data, target, classes, sampled }
  const rows = [...target.keys()]
  const fitted = await refit({
    sample,
    trainRows: rows,
    testRows: [],
    params: SURROGATE,
    seed: options.number('seed'),
    signal,
  })
  if (fitted.scorer) return { scorer: fitted.scorer, data, target, classes, sampled }
  throw new CodedError(
    'CHART_DATA_MISSING',
    `No feature of run ${run.run} has two values among ${sampled.n} rows, wanted one that varies.`,
  )
}
