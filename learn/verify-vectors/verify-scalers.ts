import { createFeatureHasher } from '../online/preprocess/feature-hasher.ts'
import { createMinMaxScaler } from '../online/preprocess/min-max-scaler.ts'
import { createStandardScaler } from '../online/preprocess/standard-scaler.ts'
import type { Comparison } from './comparison.ts'

type Scaled = { a: number; b: number }

export interface ScalerVectors {
  x: number[]
  x2: number[]
  scalers: { n: number; standard: Scaled; minmax: Scaled }[]
  feature_hasher: {
    murmur_seed: number
    n_features: number
    inputs: Record<string, number | string | boolean>[]
    out: Record<string, number>[]
    out_1048576: Record<string, number>[]
  }
}

/** Scalers and the feature hasher against River's; part of the kind `stats`. */
export function verifyScalers(comparison: Comparison, vectors: ScalerVectors): void {
  const { x, x2, scalers } = vectors
  const standard = createStandardScaler(2)
  const minmax = createMinMaxScaler(2)
  let next = 0
  x.forEach((value, i) => {
    const row = [value, x2[i]]
    row.forEach((entry, column) => {
      standard.learn(column, entry)
      minmax.learn(column, entry)
    })
    const point = scalers[next]
    if (point?.n !== i + 1) return
    next++
    for (const [name, scaler] of Object.entries({ standard, minmax }) as [
      'standard' | 'minmax',
      typeof minmax,
    ][]) {
      const found = row.map((entry, column) => scaler.scale(column, entry))
      comparison.same(`scalers.${name}.${i + 1}`, found, [point[name].a, point[name].b], 1e-9)
    }
  })
  comparison.same('scalers', next, scalers.length, 0)
  verifyHasher(comparison, vectors.feature_hasher)
}

function verifyHasher(comparison: Comparison, vectors: ScalerVectors['feature_hasher']): void {
  const sizes = { out: vectors.n_features, out_1048576: 1_048_576 }
  for (const [name, features] of Object.entries(sizes) as [keyof typeof sizes, number][]) {
    const hash = createFeatureHasher({ features, murmurSeed: vectors.murmur_seed })
    vectors.inputs.forEach((input, i) => {
      const found = [...hash(input)].sort(byIndex).flat()
      const wanted = Object.entries(vectors[name][i])
      const sorted = wanted.map(([index, value]): [number, number] => [Number(index), value]).sort(byIndex)
      comparison.same(`feature_hasher.${name}[${i}]`, found, sorted.flat(), 0)
    })
  }
}

function byIndex(a: readonly number[], b: readonly number[]): number {
  return a[0] - b[0]
}
