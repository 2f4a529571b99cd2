import type { Assignment, GroupClusterer, Row } from '#learn/online/learner.ts'
import { createMetricSet, loadMetricSet } from '#learn/metrics/metric-set.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { TaskModel } from './task-model.ts'

/** A clusterer of running groups; every event is scored by the model as it was before the event was learned. */
export function createClusteringModel({
  learner,
  metrics: names,
  state,
}: {
  learner: GroupClusterer
  metrics: readonly string[]
  state?: StateReader
}): TaskModel {
  const metrics = state ? loadMetricSet(state) : createMetricSet(names, { task: 'clustering' })
  // The assignment of the row that was predicted last, so that observing it costs no second one.
  let lastRow: Row | null = null
  let lastAssignment: Assignment | null = null

  function assign(row: Row, group: string, timeMs: number): Assignment {
    if (row === lastRow && lastAssignment) return lastAssignment
    lastRow = row
    lastAssignment = learner.assign(group, row, timeMs)
    return lastAssignment
  }

  return {
    get version() {
      return learner.updates
    },
    sizeBytes: () => learner.sizeBytes(),
    predict(row, group, timeMs) {
      const { cluster, confidence, groupEvents } = assign(row, group, timeMs)
      return { score: confidence, detail: { cluster, group, groupEvents } }
    },
    observe(row, group, timeMs) {
      const { distances, own } = assign(row, group, timeMs)
      metrics.update({
        distances,
        own,
        timeMs,
        clusters: learner.clusters,
        microClusters: learner.microClusters,
      })
      learner.learn(group, row, timeMs)
      lastRow = null
    },
    learn() {
      throw new Error('Clustering has no labels.')
    },
    metrics: () => metrics.snapshot(),
    report: () => ({}),
    save(out) {
      metrics.save(out)
    },
  }
}
