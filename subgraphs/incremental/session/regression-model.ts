import type { IntervalEstimator } from '#learn/online/conformal/interval-estimator.ts'
import type { Regressor } from '#learn/online/learner.ts'
import { explanationOf } from './members/explanation-of.ts'
import type { TaskModel } from './task-model.ts'

/** Exponentially weighted mean of absolute errors, and how many are in it. */
export interface ErrorEstimate {
  count: number
  mean: number
}

/** Weight of the newest error in the expected error: a memory of about 200 labels. */
const ERROR_WEIGHT = 0.005

/** A regressor with a running mean of its own absolute errors and an interval that adapts to its realised coverage. */
export function createRegressionModel({
  learner,
  errors,
  intervals,
}: {
  learner: Regressor
  errors: ErrorEstimate
  intervals: IntervalEstimator
}): TaskModel {
  const bounds = new Float64Array(2)
  return {
    learner: learner.name,
    parameters: learner.parameters,
    get version() {
      return learner.updates
    },
    sizeBytes: () => learner.sizeBytes() + intervals.sizeBytes(),
    predict(row) {
      const score = learner.predict(row)
      const expectedError = errors.count === 0 ? null : errors.mean
      intervals.interval(row, score, bounds)
      const [low, high] = bounds as unknown as [number, number]
      if (!Number.isFinite(low) || !Number.isFinite(high)) return { score, detail: { expectedError } }
      return { score, detail: { expectedError, low, high, coverage: intervals.level } }
    },
    explain: explanationOf(learner),
    observe: () => null,
    segment: () => null,
    learn(row, scored, label) {
      if (scored) {
        errors.count++
        // A plain mean at first, so that the first error does not weigh for ever.
        errors.mean +=
          (Math.abs(label - scored.score) - errors.mean) * Math.max(ERROR_WEIGHT, 1 / errors.count)
        intervals.update(row, scored.score, label)
      }
      learner.learn(row, label)
    },
    correct(row, _scored, before, after) {
      if (before !== after) learner.learn(row, after)
    },
    report: () => ({}),
    save(out) {
      learner.save(out)
      out.f64(errors.count)
      out.f64(errors.mean)
      intervals.save(out)
    },
  }
}
