import type { Dataset } from '#learn/batch/dataset.ts'
import type { Scorer } from '#learn/batch/scorer.ts'
import { samplePositions } from '#learn/batch/statistics/sample-positions.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartInput, ChartSampled } from '../chart-family.ts'
import { folds } from './folds.ts'
import { refit } from './refit.ts'
import { selectionSample } from './selection-sample.ts'
import { takeExtra, takeRows } from './take-rows.ts'

/** Scorer whose features are ranked, with rows to rank them on that it was not fitted to. */
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
/** One part in so many of a clustering's rows is held out from them. */
const PARTS = 3

/**
 * The model's own scorer with rows of the test part (of the validation part without one) as they are; for a clustering a small model that
 * predicts the cluster, as the reference does, with rows that were held out from it.
 * @throws CodedError `CHART_DATA_MISSING`.
 */
export function rankedModel(input: ChartInput): RankedModel | Promise<RankedModel> {
  const { scorer } = input.run.model
  return scorer ? ownModel(input, scorer) : surrogate(input)
}

function ownModel({ run, options }: ChartInput, scorer: Scorer): RankedModel {
  const { test, validation, model } = run
  const table = test && test.rows > 0 ? test : validation
  const label = table?.extra['label'] ?? new Float64Array(0)
  const known = [...label.keys()].filter(row => Number.isFinite(label[row]))
  if (!table || known.length === 0) {
    throw new CodedError(
      'CHART_DATA_MISSING',
      `Run ${run.run} kept no labelled rows of its test or validation part, wanted at least one.`,
    )
  }
  const seed = options.number('seed')
  const rows = samplePositions(known.length, options.number('sample'), seed).map(i => known[i] as number)
  return {
    scorer,
    data: takeRows(table, rows),
    target: takeExtra(table, 'label', rows),
    classes: model.task === 'regression' ? 0 : 2,
    sampled: { n: rows.length, of: table.of, seed },
  }
}

async function surrogate(input: ChartInput): Promise<RankedModel> {
  const { run, options, signal } = input
  const sample = selectionSample(input)
  const { target, classes, sampled } = sample
  const seed = options.number('seed')
  const parts = folds(target, PARTS, true, seed)
  const rows = [...parts.keys()]
  const { scorer, test } = await refit({
    sample,
    trainRows: rows.filter(row => parts[row] !== 0),
    testRows: rows.filter(row => parts[row] === 0),
    params: SURROGATE,
    seed,
    signal,
  })
  if (scorer) return { scorer, ...test, classes, sampled: { ...sampled, n: test.target.length } }
  throw new CodedError(
    'CHART_DATA_MISSING',
    `No feature of run ${run.run} has two values among ${sampled.n} rows, wanted one that varies.`,
  )
}
