import { createAdaptiveRandomForest } from '../online/forest/adaptive-random-forest.ts'
import { type Comparison, createComparison } from './comparison.ts'
import { type Features, featureRows } from './feature-rows.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

interface ForestModel {
  seed: number
  /** Ours, by our names. */
  params: Record<string, number | string>
  checkpoints: {
    n: number
    proba: Record<string, number>[]
    drifts: number
    warnings: number
    /** Rows so far whose class was predicted before it was learned. */
    preq_correct: number
  }[]
}

interface ForestClassifierVectors {
  data: [Features, number][]
  probes: Features[]
  models: Record<string, ForestModel>
}

/** Adaptive random forests on rare and several classes, missing values and under-sampling against River's. */
export const verifyForestClassifier: VectorVerifier = ({ bytes }) => {
  const vectors = jsonOf<ForestClassifierVectors>(bytes)
  const comparison = createComparison()
  for (const [name, model] of Object.entries(vectors.models)) verifyModel(comparison, name, model, vectors)
  return comparison.verdict
}

function verifyModel(
  { same }: Comparison,
  name: string,
  { seed, params, checkpoints }: ForestModel,
  { data, probes }: ForestClassifierVectors,
): void {
  const { columns, rowOf } = featureRows([...data.map(([features]) => features), ...probes])
  const forest = createAdaptiveRandomForest({ columns, seed, params: { mode: 'river', ...params } })
  const probeRows = probes.map(rowOf)
  const out = new Float64Array(8)
  const classes = new Set<number>()
  let correct = 0
  let learned = 0
  for (const { n, proba, drifts, warnings, preq_correct } of checkpoints) {
    for (; learned < n; learned++) {
      const [features, label] = data[learned]
      const row = rowOf(features)
      forest.predictClasses(row, out)
      if (likeliest(out) === label && classes.size > 0) correct++
      forest.learnClass(row, label)
      classes.add(label)
    }
    const at = `${name}.${n}`
    same(`${at}.preq_correct`, correct, preq_correct, 0)
    same(`${at}.drifts`, forest.drifts, drifts, 0)
    same(`${at}.warnings`, forest.warnings, warnings, 0)
    proba.forEach((expected, i) => {
      forest.predictClasses(probeRows[i], out)
      for (const [label, p] of Object.entries(expected))
        same(`${at}.proba[${i}].${label}`, out[Number(label)], p, 1e-9)
    })
  }
}

/** The class with the highest probability; -1 when all are 0. */
function likeliest(probabilities: Float64Array): number {
  let best = -1
  for (let c = 0; c < probabilities.length; c++) {
    if (probabilities[c] > (best < 0 ? 0 : probabilities[best])) best = c
  }
  return best
}
