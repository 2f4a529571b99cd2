import type { Assignment, GroupClusterer, Row } from '#learn/online/learner.ts'
import { segmentationOf } from './segmentation.ts'
import type { TaskModel } from './task-model.ts'

/** A clusterer of running groups; every event is scored by the model as it was before the event was learned. */
export function createClusteringModel({ learner }: { learner: GroupClusterer }): TaskModel {
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
    learner: learner.name,
    parameters: learner.parameters,
    get version() {
      return learner.updates
    },
    sizeBytes: () => learner.sizeBytes(),
    predict(row, group, timeMs) {
      const { cluster, confidence, groupEvents } = assign(row, group, timeMs)
      return { score: confidence, detail: { cluster, group, groupEvents } }
    },
    explain: () => null,
    observe(row, group, timeMs, owner) {
      const { distances, own } = assign(row, group, timeMs)
      learner.learn(group, row, timeMs)
      if (owner !== null) learner.claim?.(group, owner)
      lastRow = null
      const { clusters, microClusters } = learner
      return { distances, own, timeMs, clusters, microClusters }
    },
    segment: owner => learner.segment?.(owner) ?? null,
    learn: unlabelled,
    correct: unlabelled,
    report: encoder => ({ segmentation: segmentationOf(learner, encoder) }),
    save: out => learner.save(out),
  }
}

function unlabelled(): never {
  throw new Error('Clustering has no labels.')
}
