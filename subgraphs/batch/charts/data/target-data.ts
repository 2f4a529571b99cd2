import type { Gap } from './gap.ts'

export interface ClassBalanceData {
  readonly __typename: 'ClassBalanceData'
  readonly labels: readonly string[]
  readonly train: readonly number[]
  readonly validation: readonly number[] | null
  readonly test: readonly number[] | null
}

export interface FeatureCorrelationData {
  readonly __typename: 'FeatureCorrelationData'
  readonly method: string
  readonly features: readonly string[]
  readonly score: readonly Gap[]
}

export interface BalancedBinningData {
  readonly __typename: 'BalancedBinningData'
  /** What was cut: `label`, `score` or `distance`. */
  readonly of: string
  readonly edges: readonly number[]
  readonly counts: readonly number[]
  readonly bins: number
}
