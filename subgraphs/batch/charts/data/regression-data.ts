import type { Gap } from './gap.ts'

export interface ResidualsData {
  readonly __typename: 'ResidualsData'
  readonly points: readonly {
    readonly predicted: number
    readonly residual: number
    readonly split: string
  }[]
  readonly r2Train: Gap
  readonly r2Test: Gap
  readonly hist: {
    readonly edges: readonly number[]
    readonly train: readonly number[]
    readonly test: readonly number[]
  }
  readonly qq: {
    readonly theoretical: readonly Gap[]
    readonly ordered: readonly Gap[]
    readonly slope: Gap
    readonly intercept: Gap
    readonly r: Gap
  }
}

export interface PredictionErrorData {
  readonly __typename: 'PredictionErrorData'
  readonly points: readonly { readonly actual: number; readonly predicted: number }[]
  readonly identity: { readonly min: number; readonly max: number }
  readonly bestFit: { readonly slope: Gap; readonly intercept: Gap }
  readonly r2: Gap
}
