import type { Regressor } from '#learn/online/learner.ts'
import { createMetricSet, loadMetricSet } from '#learn/metrics/metric-set.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { TaskModel } from './task-model.ts'

/** Weight of the newest error in the expected error: a memory of about 200 labels. */
const ERROR_WEIGHT = 0.005

/** A regressor with an exponentially weighted mean of its own absolute errors. */
export function createRegressionModel({
  learner,
  metrics: names,
  state,
}: {
  learner: Regressor
  metrics: readonly string[]
  state?: StateReader
}): TaskModel {
  const metrics = state ? loadMetricSet(state) : createMetricSet(names, { task: 'regression' })
  let errors = state ? state.f64() : 0
  let expected = state ? state.f64() : 0
  return {
    get version() {
      return learner.updates
    },
    sizeBytes: () => learner.sizeBytes(),
    predict: row => ({
      score: learner.predict(row),
      detail: { expectedError: errors === 0 ? null : expected },
    }),
    observe() {},
    learn(row, { score }, label, timeMs) {
      const loss = Math.abs(label - score)
      metrics.update({ label, score, timeMs })
      errors++
      // A plain mean at first, so that the first error does not weigh for ever.
      expected += (loss - expected) * Math.max(ERROR_WEIGHT, 1 / errors)
      learner.learn(row, label)
      return loss
    },
    metrics: () => metrics.snapshot(),
    report: () => ({}),
    save(out) {
      metrics.save(out)
      out.f64(errors)
      out.f64(expected)
    },
  }
}
