import type { AnyLearner } from '#learn/online/learner.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import { createClassificationModel } from './classification-model.ts'
import { createClusteringModel } from './clustering-model.ts'
import { createRegressionModel } from './regression-model.ts'
import type { TaskModel } from './task-model.ts'

/** The task's model around a learner; its saved state begins with the learner's, which the caller has read already. */
export function createTaskModel({
  learner,
  metrics,
  state,
}: {
  learner: AnyLearner
  metrics: readonly string[]
  state?: StateReader
}): TaskModel {
  const model = build(learner, metrics, state)
  return {
    ...model,
    get version() {
      return model.version
    },
    save(out: StateWriter) {
      learner.save(out)
      model.save(out)
    },
  }
}

function build(learner: AnyLearner, metrics: readonly string[], state: StateReader | undefined): TaskModel {
  const rest = { metrics, ...(state && { state }) }
  if (learner.task === 'classification') return createClassificationModel({ learner, ...rest })
  if (learner.task === 'regression') return createRegressionModel({ learner, ...rest })
  return createClusteringModel({ learner, ...rest })
}
