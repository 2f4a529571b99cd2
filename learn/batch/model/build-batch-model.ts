import { codedError } from '../../coded-error.ts'
import { boundsOf, intervalProblem } from './interval.ts'
import type { BatchAnswer, BatchModel } from './batch-model.ts'
import type { ClassificationParts, ClusteringParts, ModelParts, RegressionParts } from './model-parts.ts'
import { saveModel } from './save-model.ts'
import { scaledScorer } from './scaled-scorer.ts'

const NOTHING = { flagged: null, low: null, high: null, cluster: null }

/**
 * The model that parts make. Pure: nothing is learned from asking.
 * @throws Error with code `MODEL_CORRUPT` for parts that do not fit together.
 */
export function buildBatchModel(parts: ModelParts): BatchModel {
  const { task, learner, encoder, windows } = parts
  const common = {
    task,
    learner,
    windows,
    columns: encoder.columns,
    encode: encoder.encode,
    category: encoder.category,
    threshold: null,
    coverage: null,
    clusters: null,
    save: () => saveModel(parts),
  }
  if (parts.task === 'clustering') return { ...common, ...clustering(parts) }
  checkColumns(parts)
  checkDecision(parts)
  return { ...common, ...(parts.task === 'classification' ? classification(parts) : regression(parts)) }
}

function classification({ scorer, calibration, threshold }: ClassificationParts) {
  const out = new Float64Array(1)
  const answerRaw = (raw: number): BatchAnswer => {
    const score = calibration.apply(1 / (1 + Math.exp(-raw)))
    return { ...NOTHING, score, raw, flagged: score >= threshold }
  }
  return {
    scorer,
    threshold,
    answerRaw,
    answer(row: Float64Array) {
      scorer.raw(row, out)
      return answerRaw(out[0])
    },
    explain: (row: Float64Array) => scorer.contributions(row),
  }
}

function regression({ scorer: inner, scale, interval }: RegressionParts) {
  const scorer = scale ? scaledScorer(inner, scale) : inner
  const out = new Float64Array(1)
  const answerRaw = (raw: number): BatchAnswer => ({
    ...NOTHING,
    score: raw,
    raw,
    ...(interval && boundsOf(interval, raw)),
  })
  return {
    scorer,
    coverage: interval?.coverage ?? null,
    answerRaw,
    answer(row: Float64Array) {
      scorer.raw(row, out)
      return answerRaw(out[0])
    },
    explain: (row: Float64Array) => scorer.contributions(row),
  }
}

function clustering({ clustering: { clusters, assign } }: ClusteringParts) {
  return {
    scorer: null,
    clusters,
    answerRaw: () => null,
    answer(row: Float64Array): BatchAnswer {
      const { cluster, confidence, raw } = assign(row)
      return { ...NOTHING, score: confidence, raw, cluster }
    },
    explain: () => null,
  }
}

/** A threshold or bound that is not a number would answer without a word that nothing is flagged, or that nothing is known. */
function checkDecision(parts: ClassificationParts | RegressionParts): void {
  if (parts.task === 'regression') {
    const problem = parts.interval && intervalProblem(parts.interval)
    if (problem) throw codedError('MODEL_CORRUPT', problem)
  } else if (!(parts.threshold >= 0 && parts.threshold < Infinity)) {
    throw codedError(
      'MODEL_CORRUPT',
      `The threshold of the model is ${parts.threshold}, wanted a finite number of 0 or more.`,
    )
  }
}

function checkColumns({ encoder, scorer, task, windows }: ClassificationParts | RegressionParts): void {
  const wanted = encoder.columns
  const fits =
    scorer.columns.length === wanted.length &&
    scorer.columns.every(
      ({ name, kind, categories = [] }, i) =>
        name === wanted[i].name &&
        kind === wanted[i].kind &&
        categories.length === (wanted[i].categories ?? []).length,
    )
  if (!fits) {
    const names = scorer.columns.map(({ name }) => name).join(', ')
    throw codedError(
      'MODEL_CORRUPT',
      `The scorer takes ${names}, the encoder gives ${wanted.map(({ name }) => name).join(', ')}.`,
    )
  }
  if (scorer.outputs !== 1) {
    throw codedError('MODEL_CORRUPT', `The scorer of a ${task} has ${scorer.outputs} outputs, wanted 1.`)
  }
  const unknown = windows.find(window => !wanted.some(({ name }) => name === window))
  if (unknown !== undefined)
    throw codedError('MODEL_CORRUPT', `The window "${unknown}" is no column of the model.`)
}
