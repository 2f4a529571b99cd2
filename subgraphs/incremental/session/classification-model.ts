import { createFbetaThreshold, loadFbetaThreshold } from '#learn/online/threshold.ts'
import type { BinaryClassifier } from '#learn/online/learner.ts'
import { createMetricSet, loadMetricSet } from '#learn/metrics/metric-set.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { ClassificationDetail } from './order-record.ts'
import type { TaskModel } from './task-model.ts'

/** Probabilities are kept this far from 0 and 1 when the loss is computed. */
const CLAMP = 1e-15

/** A binary classifier whose decision threshold is chosen from past labels only. */
export function createClassificationModel({
  learner,
  metrics: names,
  state,
}: {
  learner: BinaryClassifier
  metrics: readonly string[]
  state?: StateReader
}): TaskModel {
  const metrics = state ? loadMetricSet(state) : createMetricSet(names, { task: 'classification' })
  const threshold = state ? loadFbetaThreshold(state) : createFbetaThreshold({ beta: 2 })
  return {
    get version() {
      return learner.updates
    },
    sizeBytes: () => learner.sizeBytes(),
    predict(row) {
      const score = learner.predict(row)
      const limit = threshold.value()
      return { score, detail: { flagged: score >= limit, threshold: limit } }
    },
    observe() {},
    learn(row, { score, detail }, label, timeMs) {
      const truth = label === 1 ? 1 : 0
      metrics.update({ label: truth, score, flagged: (detail as ClassificationDetail).flagged, timeMs })
      threshold.update(score, truth)
      learner.learn(row, truth)
      const p = Math.min(1 - CLAMP, Math.max(CLAMP, score))
      return truth === 1 ? -Math.log(p) : -Math.log1p(-p)
    },
    metrics: () => metrics.snapshot(),
    report: () => ({ confusion: metrics.confusion(), threshold: threshold.value() }),
    save(out) {
      metrics.save(out)
      threshold.save(out)
    },
  }
}
