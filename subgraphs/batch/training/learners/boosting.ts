import { trainBoosting } from '#learn/batch/boosting/train-boosting.ts'
import { ownParameters } from '../spec/learner-parameters.ts'
import type { SupervisedLearner } from './supervised.ts'

const OBJECTIVES = { binary: 'binary', mean: 'regression', median: 'quantile' } as const

/** Gradient boosting of this platform. */
export const boosting: SupervisedLearner = async ({
  spec,
  objective,
  train,
  validation,
  threads,
  signal,
  onPoint,
}) => {
  const names = ownParameters('gradient-boosting')
  const params = Object.fromEntries(names.map(name => [name, spec.parameters[name] as number | string]))
  const { scorer, curve, stopped, iterations, best } = await trainBoosting({
    objective: OBJECTIVES[objective],
    train,
    validation,
    params,
    seed: spec.seed,
    threads,
    signal,
    onIteration: ({ iteration, trainLoss, validationLoss, metric, best: soFar }) =>
      onPoint(
        { iteration, train: trainLoss, validation: validationLoss, metric: metric?.value ?? null },
        soFar,
        params['iterations'] as number,
      ),
  })
  return { kind: 'boosting', scorer, curve, stopped: { reason: stopped, iterations, best } }
}
