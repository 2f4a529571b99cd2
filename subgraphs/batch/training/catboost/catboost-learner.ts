import { codedError } from '#learn/coded-error.ts'
import type { SupervisedLearner } from '../learners/supervised.ts'
import type { CatboostParameters } from './catboost-parameters.ts'
import { trainCatboost } from './train-catboost.ts'

/** CatBoost itself, in a Python process. */
export const catboost: SupervisedLearner = async ({
  spec,
  objective,
  train,
  validation,
  python,
  signal,
  onPoint,
}) => {
  if (python === null) {
    throw codedError(
      'ENGINE_MISSING',
      'This deployment has no CatBoost; BATCH_ENGINE=catboost and BATCH_PYTHON, a Python that has it, wanted.',
    )
  }
  const { iterations, learningRate, depth, l2, earlyStoppingRounds } =
    spec.parameters as Required<CatboostParameters>
  // The metrics: AUC is better the higher it is, the mean absolute error the lower.
  const sign = objective === 'binary' ? 1 : -1
  let best = { iteration: 0, value: -Infinity }
  const result = await trainCatboost({
    python,
    objective,
    train,
    validation,
    parameters: { iterations, learningRate, depth, l2, earlyStoppingRounds },
    seed: spec.seed,
    signal,
    onIteration(point) {
      const value = sign * (point.metric ?? -Infinity)
      if (value > best.value) best = { iteration: point.iteration, value }
      onPoint(point, best.iteration, iterations)
    },
  })
  const { scorer, curve, stopped, iterations: built } = result
  return {
    kind: 'catboost',
    scorer,
    curve,
    stopped: { reason: stopped, iterations: built, best: result.best },
  }
}
