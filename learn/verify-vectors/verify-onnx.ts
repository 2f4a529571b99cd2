import { readOnnx } from '../batch/formats/onnx/read-onnx.ts'
import { predictTrees } from '../batch/trees/predict-trees.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, type VectorVerifier } from './vector-verifier.ts'

interface Expected {
  rows: (number | null)[][]
  raw: number[]
  proba?: number[] | null
}

/** The format holds 32 bits of each leaf. */
const TOLERANCE = 1e-5

/** Scores of a model in ONNX against the vectors of the same name: `a.onnx` and `a.vectors.json`. */
export const verifyOnnx: VectorVerifier = ({ name, bytes, beside }) => {
  const { rows, raw, proba } = jsonOf<Expected>(beside(name.replace(/\.onnx$/, '.vectors.json')))
  const { ensemble, postTransform } = readOnnx(bytes)
  const comparison = createComparison()
  const scores = new Float64Array(ensemble.outputs)
  for (const [i, values] of rows.entries()) {
    const row = Float64Array.from(values, value => (value === null ? NaN : Math.fround(value)))
    predictTrees(ensemble, row, scores)
    // Of two classes the second is the positive one.
    const score = scores[scores.length - 1]
    comparison.same(`raw[${i}]`, score, raw[i], TOLERANCE)
    if (!proba || postTransform === 'NONE') continue
    comparison.same(`proba[${i}]`, 1 / (1 + Math.exp(-score)), proba[i], TOLERANCE)
  }
  return comparison.verdict
}
