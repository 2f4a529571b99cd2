import { createIntervalEstimator, loadIntervalEstimator } from '#learn/online/conformal/interval-estimator.ts'
import { createDecisionPolicy, loadDecisionPolicy } from '#learn/online/decision/decision-policy.ts'
import type { AnyLearner, Column } from '#learn/online/learner.ts'
import type { LearnerOptions } from '#learn/online/learner-options.ts'
import { createLearner, loadLearner } from '#learn/online/registry.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { DecisionSpec } from '#use-cases/define.ts'
import { createClassificationModel } from './classification-model.ts'
import { createClusteringModel } from './clustering-model.ts'
import { createRegressionModel } from './regression-model.ts'
import type { TaskModel } from './task-model.ts'

/** Share of labels that an interval is to cover. */
export const INTERVAL_LEVEL = 0.9

/** A new model of a task. Throws what `createLearner` throws. */
export function createTaskModel({
  learner: name,
  options,
  decision,
}: {
  learner: string
  options: LearnerOptions
  decision: DecisionSpec
}): TaskModel {
  const learner = createLearner(name, options)
  if (learner.task === 'classification')
    return createClassificationModel({ learner, decision: createDecisionPolicy(decision) })
  if (learner.task === 'regression')
    return createRegressionModel({
      learner,
      errors: { count: 0, mean: 0 },
      intervals: createIntervalEstimator({ level: INTERVAL_LEVEL, columns: options.columns }),
    })
  return createClusteringModel({ learner })
}

/** Continues what a model's `save` wrote. */
export function loadTaskModel(input: StateReader, columns: readonly Column[]): TaskModel {
  const learner = loadLearner(input, columns)
  return around(learner, input, columns)
}

function around(learner: AnyLearner, input: StateReader, columns: readonly Column[]): TaskModel {
  if (learner.task === 'classification')
    return createClassificationModel({ learner, decision: loadDecisionPolicy(input) })
  if (learner.task === 'clustering') return createClusteringModel({ learner })
  const errors = { count: input.f64(), mean: input.f64() }
  return createRegressionModel({ learner, errors, intervals: loadIntervalEstimator(input, columns) })
}
