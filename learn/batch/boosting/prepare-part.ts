import type { Dataset } from '../dataset.ts'
import type { BoostingOptions, BoostingPart } from './boosting-options.ts'
import type { BoostingParams } from './boosting-parameters.ts'
import { balancedClassWeights } from './class-weights.ts'

/** A part as the trees learn it. */
export interface PreparedPart {
  readonly data: Dataset
  readonly labels: Float64Array
  /** Those given times those of classes; null: 1 each. */
  readonly weights: Float64Array | null
}

/** How to prepare the parts of one training: the weights of classes are those of its training rows. */
export function createPreparation(
  { objective, classes = 2, train }: BoostingOptions,
  { classWeight }: BoostingParams,
): (part: BoostingPart) => PreparedPart {
  const isBalanced = classWeight === 'balanced' && (objective === 'binary' || objective === 'multiclass')
  const perClass = isBalanced ? balancedClassWeights(train.labels, train.weights ?? null, classes) : null
  return ({ data, labels, weights }) => ({
    data,
    labels,
    weights: perClass
      ? labels.map((label, i) => perClass[label] * (weights ? weights[i] : 1))
      : (weights ?? null),
  })
}
