import type { DecisionPolicy } from '#learn/online/decision/decision-policy.ts'
import type { BinaryClassifier } from '#learn/online/learner.ts'
import { explanationOf } from './members/explanation-of.ts'
import type { TaskModel } from './task-model.ts'

/** A binary classifier whose decision threshold is chosen from past labels only. */
export function createClassificationModel({
  learner,
  decision,
}: {
  learner: BinaryClassifier
  decision: DecisionPolicy
}): TaskModel {
  const { policy } = decision
  return {
    learner: learner.name,
    parameters: learner.parameters,
    get version() {
      return learner.updates
    },
    sizeBytes: () => learner.sizeBytes(),
    predict(row) {
      const score = learner.predict(row)
      const threshold = decision.value()
      return { score, detail: { flagged: score >= threshold, threshold, policy } }
    },
    explain: explanationOf(learner),
    observe: () => null,
    segment: () => null,
    learn(row, _scored, label) {
      const truth = label === 1 ? 1 : 0
      // By what the model says now: it may know more than when it was asked, and is to decide with what it knows.
      decision.update(learner.predict(row), truth)
      learner.learn(row, truth)
    },
    correct(row, _scored, before, after) {
      const from = before === 1 ? 1 : 0
      const to = after === 1 ? 1 : 0
      if (from === to) return
      decision.correct(learner.predict(row), from, to)
      learner.unlearn?.(row, from)
      learner.learn(row, to)
    },
    report: () => ({ threshold: decision.value() }),
    save(out) {
      learner.save(out)
      decision.save(out)
    },
  }
}
