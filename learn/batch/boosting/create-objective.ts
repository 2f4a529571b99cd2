import { createBinaryObjective } from './binary-objective.ts'
import type { BoostingOptions } from './boosting-options.ts'
import { createMulticlassObjective } from './multiclass-objective.ts'
import type { Objective, ObjectiveInput } from './objective.ts'
import { createQuantileObjective } from './quantile-objective.ts'
import { createRegressionObjective } from './regression-objective.ts'

/** The loss that was asked for, over the rows given. */
export function createObjective(
  { objective, classes = 2, quantile = 0.5 }: Pick<BoostingOptions, 'objective' | 'classes' | 'quantile'>,
  input: ObjectiveInput,
): Objective {
  if (objective === 'binary') return createBinaryObjective(input)
  if (objective === 'multiclass') return createMulticlassObjective(input, { classes })
  if (objective === 'regression') return createRegressionObjective(input)
  return createQuantileObjective(input, { quantile })
}
