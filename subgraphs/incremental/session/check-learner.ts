import { codedError } from '#learn/coded-error.ts'
import { createLearner } from '#learn/online/registry.ts'
import { createRowEncoder } from '#learn/online/row-encoder.ts'
import type { UseCase } from '#use-cases/define.ts'

/** Throws UNKNOWN_LEARNER, INVALID_PARAMETER or WRONG_TASK for a learner that a session of the use case cannot have. */
export function checkLearner(
  { id, task, features }: UseCase,
  learner: string,
  params: Readonly<Record<string, number | string | boolean>>,
): void {
  const { columns } = createRowEncoder(features)
  const { task: given } = createLearner(learner, { columns, params })
  if (given !== task)
    throw codedError('WRONG_TASK', `${learner} is a learner of ${given}, ${id} wants one of ${task}.`)
}
