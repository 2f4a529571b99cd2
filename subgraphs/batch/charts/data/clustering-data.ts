import type { Gap } from './gap.ts'

export interface ElbowData {
  readonly __typename: 'ElbowData'
  readonly k: readonly number[]
  readonly distortion: readonly Gap[]
  readonly inertia: readonly Gap[]
  readonly silhouette: readonly Gap[]
  readonly calinskiHarabasz: readonly Gap[]
  readonly daviesBouldin: readonly Gap[]
  readonly fitMs: readonly Gap[]
  readonly metric: string
  readonly elbowK: number | null
  readonly elbowScore: Gap
  readonly bestK: number | null
}

export interface SilhouetteData {
  readonly __typename: 'SilhouetteData'
  readonly clusters: readonly {
    readonly id: number
    readonly size: number
    readonly values: readonly number[]
    readonly mean: Gap
  }[]
  readonly average: Gap
}

export interface InterclusterDistanceData {
  readonly __typename: 'InterclusterDistanceData'
  readonly centers: readonly {
    readonly id: number
    readonly x: number
    readonly y: number
    readonly size: number
    readonly radius: number
  }[]
  readonly stress: Gap
  readonly distanceMatrix: readonly (readonly number[])[]
}
