import { boostingParameterSpec } from '#learn/batch/boosting/boosting-parameters.ts'
import type { Task } from '#use-cases/metric-names.ts'
import type { BatchLearnerName } from '../learner-names.ts'
import { type Parameters, PIPELINE_PARAMETERS } from './pipeline-parameters.ts'

const kMeans = {
  /** Numbers of clusters that are tried; the best by silhouette is taken. */
  kFrom: { default: 2, min: 2, max: 100, integer: true },
  kTo: { default: 10, min: 2, max: 100, integer: true },
  restarts: { default: 10, min: 1, max: 100, integer: true },
  maxIterations: { default: 300, min: 1, max: 10_000, integer: true },
  tolerance: { default: 1e-4, min: 0, max: 1 },
  /** Rows that the number of clusters is searched with. */
  searchRows: { default: 5000, min: 100, max: 1_000_000, integer: true },
} as const satisfies Parameters

const latentClasses = {
  /** Numbers of classes that are tried; the best by the integrated completed likelihood is taken. 1: there is no structure. */
  kFrom: { default: 1, min: 1, max: 100, integer: true },
  kTo: { default: 8, min: 1, max: 100, integer: true },
  restarts: { default: 8, min: 1, max: 100, integer: true },
  maxIterations: { default: 200, min: 1, max: 10_000, integer: true },
  tolerance: { default: 1e-6, min: 0, max: 1 },
} as const satisfies Parameters

const linear = {
  /** Penalty on the squared weights. */
  l2: { default: 1, min: 1e-9, max: 1e9 },
} as const satisfies Parameters

/** Those of the reference system. */
const catboost = {
  iterations: { default: 1000, min: 1, max: 20_000, integer: true },
  learningRate: { default: 0.05, min: 0.0001, max: 1 },
  depth: { default: 6, min: 1, max: 16, integer: true },
  l2: { default: 3, min: 0, max: 1e9 },
  earlyStoppingRounds: { default: 50, min: 1, max: 20_000, integer: true },
} as const satisfies Parameters

const LEARNERS: Readonly<Record<BatchLearnerName, Parameters>> = {
  'gradient-boosting': boosting(),
  catboost,
  'logistic-regression': linear,
  'ridge-regression': linear,
  'k-means': kMeans,
  'latent-class-mixture': latentClasses,
}

/** All parameters of a learner for a task: its own, and those of the training around it. */
export function learnerParameters(learner: BatchLearnerName, task: Task): Parameters {
  const parameters = { ...LEARNERS[learner], ...PIPELINE_PARAMETERS[task] }
  if (learner !== 'gradient-boosting' || task !== 'classification') return parameters
  // Rare positives are too few for deeper trees: the gap in average precision to the exact limit is a quarter smaller than with 6.
  return { ...parameters, depth: { ...parameters['depth'], default: 4 } as Parameters[string] }
}

/** Names of the learner's own parameters. */
export function ownParameters(learner: BatchLearnerName): readonly string[] {
  return Object.keys(LEARNERS[learner])
}

function boosting(): Parameters {
  const choices: Readonly<Record<string, readonly string[]>> = {
    growth: ['level', 'leaf'],
    classWeight: ['none', 'balanced'],
    metric: ['auto', 'logLoss', 'auc', 'averagePrecision', 'mae', 'rmse'],
  }
  return Object.fromEntries(
    Object.entries(boostingParameterSpec).map(([name, parameter]) => [
      name,
      choices[name] ? { ...parameter, choices: choices[name] } : parameter,
    ]),
  ) as Parameters
}
