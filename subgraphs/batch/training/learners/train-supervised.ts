import type { BoostingThreads } from '#learn/batch/boosting/boosting-threads.ts'
import { chooseProbabilityThreshold } from '#learn/batch/evaluation/choose-probability-threshold.ts'
import type { BatchModel } from '#learn/batch/model/batch-model.ts'
import { buildBatchModel } from '#learn/batch/model/build-batch-model.ts'
import { fitInterval } from '#learn/batch/model/interval.ts'
import type { Scale } from '#learn/batch/model/scaled-scorer.ts'
import type { JobSpec } from '../../jobs/job.ts'
import type { BatchLearnerName } from '../learner-names.ts'
import type { Part, TrainingData } from '../dataset/build-dataset.ts'
import { catboost } from '../catboost/catboost-learner.ts'
import type { TrainingManifest } from '../training-result.ts'
import { boosting } from './boosting.ts'
import { chooseScale } from './choose-scale.ts'
import { fitCalibration } from './fit-calibration.ts'
import { logistic, ridge } from './linear.ts'
import type { LabelledPart, SupervisedLearner, SupervisedOptions, TrainedScorer } from './supervised.ts'

const LEARNERS: Partial<Record<BatchLearnerName, SupervisedLearner>> = {
  'gradient-boosting': boosting,
  catboost,
  'logistic-regression': logistic,
  'ridge-regression': ridge,
}

interface Options extends Pick<SupervisedOptions, 'threads' | 'python' | 'signal' | 'onPoint'> {
  readonly spec: JobSpec
  readonly data: TrainingData
  readonly threads: BoostingThreads | null
}

export interface TrainedModel extends Pick<TrainedScorer, 'curve' | 'stopped'> {
  readonly model: BatchModel
  readonly threshold: TrainingManifest['threshold']
}

/** A classifier: probabilities and threshold are settled on the validation part. */
export async function trainClassifier({ spec, data, ...rest }: Options): Promise<TrainedModel> {
  const { encoder, windows, train } = data
  const validation = data.validation as Part
  const trained = await learnerOf(spec)({ spec, objective: 'binary', train, validation, ...rest })
  const { kind, scorer, curve, stopped } = trained
  const probabilities = scorer.rawAll(validation.data).map(raw => 1 / (1 + Math.exp(-raw)))
  const { labels } = validation
  const calibration = fitCalibration(spec.parameters['calibration'] as string, { probabilities, labels })
  const scores = probabilities.map(calibration.apply)
  const metric = spec.parameters['thresholdMetric'] as string
  const chosen = chooseProbabilityThreshold({ labels, scores, objective: objectiveOf(spec) }) ?? {
    threshold: 0.5,
    value: 0,
  }
  const { threshold } = chosen
  const common = { task: 'classification', learner: spec.learner, encoder, windows } as const
  return {
    model: buildBatchModel({ ...common, kind, scorer, calibration, threshold }),
    threshold: { value: threshold, metric, validation: chosen.value },
    curve,
    stopped,
  }
}

/** A regression: its interval is settled on the validation part. The label is learnt as a multiple of a column where that helps. */
export async function trainRegression({ spec, data, ...rest }: Options): Promise<TrainedModel> {
  const { encoder, windows, train } = data
  const validation = data.validation as Part
  const scale = spec.parameters['scale'] === 'auto' ? chooseScale(train) : null
  // A ridge is one of squared errors, whatever is asked for.
  const isSquared = spec.parameters['loss'] === 'squared' || spec.learner === 'ridge-regression'
  const objective = isSquared ? 'mean' : 'median'
  const parts = { train: scaled(train, scale, objective), validation: scaled(validation, scale, objective) }
  const { kind, scorer, curve, stopped } = await learnerOf(spec)({ spec, objective, ...parts, ...rest })
  const common = { task: 'regression', learner: spec.learner, encoder, windows, kind, scorer, scale } as const
  const unbounded = { relative: false, low: 0, high: 0, coverage: 0 }
  const predictions = buildBatchModel({ ...common, interval: unbounded }).scorer?.rawAll(validation.data)
  const interval = fitInterval({
    predictions: predictions as Float64Array,
    labels: validation.labels,
    coverage: spec.parameters['coverage'] as number,
  })
  return { model: buildBatchModel({ ...common, interval }), threshold: null, curve, stopped }
}

/**
 * Labels as multiples of a column. An error of a multiple costs as much as the error of the label that it makes, so its weight is the
 * column's value, or its square where errors count squared.
 */
function scaled(
  { data, labels }: LabelledPart,
  scale: Scale | null,
  objective: 'mean' | 'median',
): LabelledPart {
  if (!scale) return { data, labels }
  const values = data.values[scale.column] as Float64Array
  const sizes = values.map(value => (value > 0 && value < Infinity ? value : scale.fallback))
  return {
    data,
    labels: labels.map((label, row) => label / (sizes[row] as number)),
    // Around 1, so that limits on sums of weights in a leaf keep their meaning.
    weights: sizes.map(size => (size / scale.fallback) ** (objective === 'mean' ? 2 : 1)),
  }
}

function learnerOf({ learner }: JobSpec): SupervisedLearner {
  const found = LEARNERS[learner]
  // `readSpec` lets nothing else through.
  if (!found) throw new Error(`Learner ${learner} is not there.`)
  return found
}

function objectiveOf({ parameters }: JobSpec) {
  const { thresholdMetric, falsePositiveCost, falseNegativeCost } = parameters
  if (thresholdMetric === 'cost') {
    return { kind: 'cost', fpCost: falsePositiveCost as number, fnCost: falseNegativeCost as number } as const
  }
  return { kind: 'fbeta', beta: thresholdMetric === 'f1' ? 1 : 2 } as const
}
