import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { AnyLearner, Column } from './learner.ts'
import type { LearnerInfo } from './learner-info.ts'
import type { LearnerOptions } from './learner-options.ts'
import {
  createLatentClassMixture,
  latentClassMixtureInfo,
  loadLatentClassMixture,
} from './latent-class-mixture.ts'
import { createRobustRls, loadRobustRls, robustRlsInfo } from './robust-rls.ts'
import {
  createWeightedNaiveBayes,
  loadWeightedNaiveBayes,
  weightedNaiveBayesInfo,
} from './weighted-naive-bayes.ts'

interface Entry {
  info: LearnerInfo
  create(options: LearnerOptions): AnyLearner
  /** Reads what follows the name in a saved learner. */
  load(input: StateReader, columns: readonly Column[]): AnyLearner
}

const LEARNERS: Readonly<Record<string, Entry>> = {
  'latent-class-mixture': {
    info: latentClassMixtureInfo,
    create: createLatentClassMixture,
    load: loadLatentClassMixture,
  },
  'robust-rls': { info: robustRlsInfo, create: createRobustRls, load: loadRobustRls },
  'weighted-naive-bayes': {
    info: weightedNaiveBayesInfo,
    create: createWeightedNaiveBayes,
    load: loadWeightedNaiveBayes,
  },
}

/** Names that `createLearner` knows. */
export const learnerNames: readonly string[] = Object.keys(LEARNERS)

/** What is known of every learner by its name. */
export const learnerCatalogue: ReadonlyMap<string, LearnerInfo> = new Map(
  Object.entries(LEARNERS).map(([name, { info }]) => [name, info]),
)

/** A new learner by name. Throws UNKNOWN_LEARNER, or INVALID_PARAMETER for parameters it does not know. */
export function createLearner(name: string, options: LearnerOptions): AnyLearner {
  return entryOf(name).create(options)
}

/** Continues a learner written by its `save`, given the same columns. */
export function loadLearner(input: StateReader, columns: readonly Column[]): AnyLearner {
  return entryOf(input.str()).load(input, columns)
}

function entryOf(name: string): Entry {
  if (Object.hasOwn(LEARNERS, name)) return LEARNERS[name]
  throw codedError(
    'UNKNOWN_LEARNER',
    `There is no learner ${name}, wanted one of ${learnerNames.join(', ')}.`,
  )
}
