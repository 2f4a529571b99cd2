import { createRandom } from '../../math/random.ts'
import { completedLikelihood } from './latent/completed-likelihood.ts'
import { fitClasses } from './latent/fit-classes.ts'
import type { ClassFit } from './latent/improve.ts'
import { checkClasses, type PreparedGroups, prepareGroups } from './latent/prepare-groups.ts'
import { sortClasses } from './latent/sort-classes.ts'
import { createLatentClassModel, type GroupedRows, type LatentClassModel } from './latent-class-model.ts'

export interface LatentClassOptions extends Omit<GroupedRows, 'ended'> {
  k: number
  seed: number | string
  /** Columns that count once per sequence, because they do not change in it. */
  once?: readonly string[]
  /** Nominal column that is taken as a Markov chain of first order within sequences; none by default. */
  transition?: string
  /** Short runs from random starts, of which the best goes on. */
  restarts?: number
  maxIterations?: number
  /** Relative gain in likelihood per iteration below which a run has converged. */
  tolerance?: number
}

export interface LatentClassResult {
  readonly model: LatentClassModel
  readonly logLikelihood: number
  /** Integrated completed likelihood; higher is better. Chooses the number of classes. */
  readonly icl: number
  readonly iterations: number
  /** False if `maxIterations` ended it. */
  readonly converged: boolean
}

export const LATENT_CLASS_DEFAULTS = { restarts: 10, maxIterations: 200, tolerance: 1e-6 }

/**
 * Mixture of latent classes over groups of rows, by EM: Dirichlet compound multinomials of the nominal columns, Gaussians
 * of the numeric ones, geometric lengths of sequences if groups are given, and the transitions of one nominal column. What
 * is missing is left out. Errors: NO_ROWS, NO_USABLE_COLUMN, SIZE_MISMATCH, INVALID_VALUE, INVALID_PARAMETER.
 */
export function fitLatentClasses({
  k,
  seed,
  restarts = LATENT_CLASS_DEFAULTS.restarts,
  maxIterations = LATENT_CLASS_DEFAULTS.maxIterations,
  tolerance = LATENT_CLASS_DEFAULTS.tolerance,
  ...rows
}: LatentClassOptions): LatentClassResult {
  const prepared = prepareGroups(rows)
  const { counts, layout } = prepared
  checkClasses(k, counts.groups)
  const random = createRandom(seed)
  return latentClassResult(
    prepared,
    fitClasses({ data: counts, layout, k, random, restarts, maxIterations, tolerance }),
  )
}

/** A fit to these groups as a model with its figures. */
export function latentClassResult(
  { layout, scales, counts }: PreparedGroups,
  fit: ClassFit,
): LatentClassResult {
  return {
    model: createLatentClassModel(layout, scales, sortClasses(fit.tables, layout)),
    logLikelihood: fit.logLikelihood,
    icl: completedLikelihood(fit, layout, counts.groups),
    iterations: fit.iterations,
    converged: fit.converged,
  }
}
