import type { UseCase } from '#use-cases/define.ts'
import { BATCH_LEARNERS, type BatchLearnerName } from '../training/learner-names.ts'
import { learnerParameters } from '../training/spec/learner-parameters.ts'
import { readSpec } from '../training/read-spec.ts'

/** A learner as resolvers receive it. */
export type LearnerModel = ReturnType<typeof learnersOf>[number]

/** What can be trained for a use case, the default first, with every parameter. */
export function learnersOf(useCase: UseCase, problemOf: (learner: BatchLearnerName) => string | null) {
  const { learner: first } = readSpec({ useCase, input: {} })
  const able = (Object.keys(BATCH_LEARNERS) as BatchLearnerName[]).filter(name =>
    (BATCH_LEARNERS[name] as readonly string[]).includes(useCase.task),
  )
  return [first, ...able.filter(name => name !== first)].map(name => ({
    name,
    problem: problemOf(name),
    parameters: Object.entries(learnerParameters(name, useCase.task)).map(([parameter, spec]) => ({
      name: parameter,
      default: spec.default,
      min: 'min' in spec ? finite(spec.min) : null,
      max: 'max' in spec ? finite(spec.max) : null,
      integer: 'integer' in spec && spec.integer === true,
    })),
  }))
}

const finite = (bound: number | undefined): number | null =>
  bound !== undefined && Number.isFinite(bound) ? bound : null
