import { codedError } from '../../coded-error.ts'
import { createRandom } from '../../math/random.ts'
import { pause } from '../pause.ts'
import {
  LATENT_CLASS_DEFAULTS,
  type LatentClassOptions,
  type LatentClassResult,
  latentClassResult,
} from './fit-latent-classes.ts'
import { completedLikelihood } from './latent/completed-likelihood.ts'
import { fitClasses } from './latent/fit-classes.ts'
import { type ClassFit, improve } from './latent/improve.ts'
import { checkClasses, type PreparedGroups, prepareGroups } from './latent/prepare-groups.ts'
import { sampleGroups } from './latent/sample-groups.ts'

/** What one number of classes came to. */
export interface ClassTry {
  readonly k: number
  /** Integrated completed likelihood; higher is better. */
  readonly icl: number
  readonly logLikelihood: number
}

export interface ClassSearchResult {
  /** With the highest integrated completed likelihood; one class where the groups show no structure. */
  readonly best: LatentClassResult
  readonly tries: readonly ClassTry[]
}

interface Options extends Omit<LatentClassOptions, 'k'> {
  from?: number
  /** Included; fewer groups allow fewer classes. */
  to?: number
  /** Groups with which the numbers of classes are compared; the best is then fitted to all. */
  sample?: number
  onTry?: (tried: ClassTry, best: ClassTry) => void
  signal?: AbortSignal | undefined
}

/** Enough to tell a dozen classes apart, few enough that a number of classes takes about a second. */
const SAMPLE = 6000
/** Numbers of classes in a row without a better one after which no more are tried. */
const PATIENCE = 3
/** Comparing takes no more exact fits than this many times the tolerance. */
const COARSE = 10
/** Iterations over all groups between two looks at the signal. */
const STRETCH = 5

/**
 * Mixtures of latent classes for each number of classes, the best by integrated completed likelihood. Yields to the event
 * loop after each. Errors: STOPPED when the signal is aborted, those of `fitLatentClasses`, INVALID_PARAMETER for an
 * impossible range.
 */
export async function searchClasses({
  from = 1,
  to = 10,
  sample = SAMPLE,
  onTry,
  signal,
  seed,
  restarts = LATENT_CLASS_DEFAULTS.restarts,
  maxIterations = LATENT_CLASS_DEFAULTS.maxIterations,
  tolerance = LATENT_CLASS_DEFAULTS.tolerance,
  ...rows
}: Options): Promise<ClassSearchResult> {
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 1 || to < from) {
    throw codedError(
      'INVALID_PARAMETER',
      `Classes from ${from} to ${to} were asked for, wanted 1 <= from <= to.`,
    )
  }
  await pause(signal)
  const prepared = prepareGroups(rows)
  const { layout } = prepared
  const data = sampleGroups(prepared.counts, sample, createRandom(seed))
  checkClasses(from, data.groups)
  const tries: ClassTry[] = []
  let best: { fit: ClassFit; tried: ClassTry } | null = null
  for (let k = from, misses = 0; k <= Math.min(to, data.groups) && misses < PATIENCE; k++) {
    await pause(signal)
    const random = createRandom(seed)
    const fit = fitClasses({
      data,
      layout,
      k,
      random,
      restarts,
      maxIterations,
      tolerance: COARSE * tolerance,
    })
    const tried = { k, icl: completedLikelihood(fit, layout, data.groups), logLikelihood: fit.logLikelihood }
    tries.push(tried)
    misses += 1
    if (best === null || tried.icl > best.tried.icl) {
      best = { fit, tried }
      misses = 0
    }
    onTry?.(tried, best.tried)
  }
  await pause(signal)
  // `from` classes fit, so there is one.
  const { fit } = best as { fit: ClassFit }
  const whole = await fitAll(prepared, fit, maxIterations, tolerance, signal)
  return { best: latentClassResult(prepared, whole), tries }
}

/** Goes on with all groups from a coarse fit, maybe to some of them. */
async function fitAll(
  { counts, layout }: PreparedGroups,
  start: ClassFit,
  maxIterations: number,
  tolerance: number,
  signal: AbortSignal | undefined,
): Promise<ClassFit> {
  let fit = start
  let { iterations } = start
  for (let left = maxIterations; left > 0; left -= STRETCH) {
    const stretch = Math.min(STRETCH, left)
    fit = improve({ start: fit.tables, data: counts, layout, maxIterations: stretch, tolerance })
    iterations += fit.iterations
    if (fit.converged) break
    await pause(signal)
  }
  return { ...fit, iterations }
}
