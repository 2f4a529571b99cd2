import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import {
  createHoeffdingAdaptiveTree,
  hoeffdingAdaptiveTreeInfo,
  loadHoeffdingAdaptiveTree,
} from './adaptive-tree/hoeffding-adaptive-tree.ts'
import { createDbstream, dbstreamInfo, loadDbstream } from './cluster/dbstream.ts'
import { createKMeans, kMeansInfo, loadKMeans } from './cluster/k-means.ts'
import {
  adaptiveRandomForestRegressorInfo,
  createAdaptiveRandomForestRegressor,
  loadAdaptiveRandomForestRegressor,
} from './forest-regression/adaptive-random-forest-regressor.ts'
import {
  adaptiveRandomForestInfo,
  createAdaptiveRandomForest,
  loadAdaptiveRandomForest,
} from './forest/adaptive-random-forest.ts'
import { createHalfSpaceTrees, halfSpaceTreesInfo, loadHalfSpaceTrees } from './half-space-trees.ts'
import type { AnyLearner, Column } from './learner.ts'
import type { LearnerInfo } from './learner-info.ts'
import type { LearnerOptions } from './learner-options.ts'
import {
  createLatentClassMixture,
  latentClassMixtureInfo,
  loadLatentClassMixture,
} from './latent-class-mixture.ts'
import { almaClassifierInfo, createAlmaClassifier, loadAlmaClassifier } from './linear/alma-classifier.ts'
import {
  bayesianLinearRegressionInfo,
  createBayesianLinearRegression,
  loadBayesianLinearRegression,
} from './linear/bayesian-linear-regression.ts'
import {
  createLinearRegression,
  linearRegressionInfo,
  loadLinearRegression,
} from './linear/linear-regression.ts'
import {
  createLogisticRegression,
  loadLogisticRegression,
  logisticRegressionInfo,
} from './linear/logistic-regression.ts'
import {
  createPassiveAggressiveClassifier,
  loadPassiveAggressiveClassifier,
  passiveAggressiveClassifierInfo,
} from './linear/passive-aggressive-classifier.ts'
import {
  createPassiveAggressiveRegressor,
  loadPassiveAggressiveRegressor,
  passiveAggressiveRegressorInfo,
} from './linear/passive-aggressive-regressor.ts'
import { createPerceptron, loadPerceptron, perceptronInfo } from './linear/perceptron.ts'
import {
  createGaussianNaiveBayes,
  gaussianNaiveBayesInfo,
  loadGaussianNaiveBayes,
} from './naive-bayes/gaussian-naive-bayes.ts'
import { createRobustRls, loadRobustRls, robustRlsInfo } from './robust-rls.ts'
import {
  createStackedClassifier,
  loadStackedClassifier,
  stackedClassifierInfo,
} from './stacking/stacked-classifier.ts'
import {
  createWeightedNaiveBayes,
  loadWeightedNaiveBayes,
  weightedNaiveBayesInfo,
} from './weighted-naive-bayes.ts'
import { createHoeffdingTree, hoeffdingTreeInfo, loadHoeffdingTree } from './tree/hoeffding-tree.ts'
import {
  createHoeffdingTreeRegressor,
  hoeffdingTreeRegressorInfo,
  loadHoeffdingTreeRegressor,
} from './tree-regression/hoeffding-tree-regressor.ts'

interface Entry {
  info: LearnerInfo
  create(options: LearnerOptions): AnyLearner
  /** Reads what follows the name in a saved learner. */
  load(input: StateReader, columns: readonly Column[]): AnyLearner
}

const LEARNERS: Readonly<Record<string, Entry>> = {
  'adaptive-random-forest': {
    info: adaptiveRandomForestInfo,
    create: createAdaptiveRandomForest,
    load: loadAdaptiveRandomForest,
  },
  'hoeffding-tree': { info: hoeffdingTreeInfo, create: createHoeffdingTree, load: loadHoeffdingTree },
  'hoeffding-adaptive-tree': {
    info: hoeffdingAdaptiveTreeInfo,
    create: createHoeffdingAdaptiveTree,
    load: loadHoeffdingAdaptiveTree,
  },
  'adaptive-random-forest-regressor': {
    info: adaptiveRandomForestRegressorInfo,
    create: createAdaptiveRandomForestRegressor,
    load: loadAdaptiveRandomForestRegressor,
  },
  'half-space-trees': {
    info: halfSpaceTreesInfo,
    create: createHalfSpaceTrees,
    load: loadHalfSpaceTrees,
  },
  'hoeffding-tree-regressor': {
    info: hoeffdingTreeRegressorInfo,
    create: createHoeffdingTreeRegressor,
    load: loadHoeffdingTreeRegressor,
  },
  'alma-classifier': {
    info: almaClassifierInfo,
    create: createAlmaClassifier,
    load: loadAlmaClassifier,
  },
  'bayesian-linear-regression': {
    info: bayesianLinearRegressionInfo,
    create: createBayesianLinearRegression,
    load: loadBayesianLinearRegression,
  },
  'gaussian-naive-bayes': {
    info: gaussianNaiveBayesInfo,
    create: createGaussianNaiveBayes,
    load: loadGaussianNaiveBayes,
  },
  dbstream: { info: dbstreamInfo, create: createDbstream, load: loadDbstream },
  'k-means': { info: kMeansInfo, create: createKMeans, load: loadKMeans },
  'latent-class-mixture': {
    info: latentClassMixtureInfo,
    create: createLatentClassMixture,
    load: loadLatentClassMixture,
  },
  'linear-regression': {
    info: linearRegressionInfo,
    create: createLinearRegression,
    load: loadLinearRegression,
  },
  'logistic-regression': {
    info: logisticRegressionInfo,
    create: createLogisticRegression,
    load: loadLogisticRegression,
  },
  'passive-aggressive-classifier': {
    info: passiveAggressiveClassifierInfo,
    create: createPassiveAggressiveClassifier,
    load: loadPassiveAggressiveClassifier,
  },
  'passive-aggressive-regressor': {
    info: passiveAggressiveRegressorInfo,
    create: createPassiveAggressiveRegressor,
    load: loadPassiveAggressiveRegressor,
  },
  perceptron: { info: perceptronInfo, create: createPerceptron, load: loadPerceptron },
  'robust-rls': { info: robustRlsInfo, create: createRobustRls, load: loadRobustRls },
  'stacked-classifier': {
    info: stackedClassifierInfo,
    create: createStackedClassifier,
    load: loadStackedClassifier,
  },
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
