import { trainLogistic } from '#learn/batch/linear/train-logistic.ts'
import { trainRidge } from '#learn/batch/linear/train-ridge.ts'
import type { CurvePoint } from '../../jobs/job.ts'
import type { SupervisedLearner } from './supervised.ts'

const MOST_ITERATIONS = 100

/** Logistic regression, the baseline of classifications. */
export const logistic: SupervisedLearner = async ({ spec, train, signal, onPoint }) => {
  const curve: CurvePoint[] = []
  const { scorer, iterations, converged } = await trainLogistic({
    ...train,
    l2: spec.parameters['l2'] as number,
    maxIterations: MOST_ITERATIONS,
    signal,
    onIteration({ iteration, loss }) {
      const point = { iteration, train: loss, validation: null, metric: null }
      curve.push(point)
      onPoint(point, iteration, MOST_ITERATIONS)
    },
  })
  const reason = converged ? 'CONVERGED' : 'LIMIT'
  return { kind: 'linear', scorer, curve, stopped: { reason, iterations, best: iterations } }
}

/** Ridge regression, the baseline of regressions; always of squared errors. */
export const ridge: SupervisedLearner = async ({ spec, train, signal }) => {
  const { scorer } = await trainRidge({ ...train, l2: spec.parameters['l2'] as number, signal })
  return { kind: 'linear', scorer, curve: [], stopped: null }
}
