import { lightgbmScorer } from '../batch/formats/lightgbm/lightgbm-scorer.ts'
import { missingZero } from '../batch/formats/lightgbm/missing-zero.ts'
import { readLightgbm } from '../batch/formats/lightgbm/read-lightgbm.ts'
import { leafOf } from '../batch/trees/leaf-of.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, textOf, type VectorVerifier } from './vector-verifier.ts'

interface LightgbmVectors {
  model: string
  rows: (number | null)[][]
  raw: (number | number[])[]
  pred: (number | number[])[]
  leaf?: number[][]
  shap?: number[][]
  importance_split?: number[]
  importance_gain?: number[]
}

/** The format keeps fewer digits of gains. */
const GAIN_TOLERANCE = 1e-6

/** Scores, leaves, SHAP values and importances of an imported LightGBM model: raw scores bit for bit. */
export const verifyLightgbm: VectorVerifier = ({ bytes, beside }) => {
  const expected = jsonOf<LightgbmVectors>(bytes)
  const model = readLightgbm(textOf(beside(expected.model)))
  const { ensemble, leafIndex, link, zeroIsMissing } = model
  const scorer = lightgbmScorer(model)
  const comparison = createComparison()
  const { same } = comparison

  const rows = expected.rows.map(row => Float64Array.from(row, value => value ?? NaN))
  const values = scorer.columns.map((_, column) => Float64Array.from(rows, row => row[column]))
  const all = scorer.rawAll({ rows: rows.length, columns: scorer.columns, values })
  same('raw', all, expected.raw.flat(), 0)
  const raw = new Float64Array(scorer.outputs)
  const wide = scorer.columns.length + 1
  for (const [i, row] of rows.entries()) {
    scorer.raw(row, raw)
    same(`raw of row ${i} alone`, raw, all.subarray(i * raw.length, (i + 1) * raw.length), 0)
    if (expected.shap?.[i]) {
      for (let output = 0; output < raw.length; output++) {
        const shap = scorer.contributions(row, output)
        same(
          `shap[${i}] of output ${output}`,
          shap,
          expected.shap[i].slice(output * wide, (output + 1) * wide),
          1e-9,
        )
        same(
          `sum of shap[${i}]`,
          shap.reduce((sum, value) => sum + value, 0),
          raw[output],
          1e-9,
        )
      }
    }
    if (expected.leaf?.[i]) {
      const seen = row.map((value, column) => missingZero(zeroIsMissing[column], value))
      const leaves = expected.leaf[i].map(
        (_, tree) => leafIndex[leafOf(ensemble, ensemble.treeStart[tree], seen, 0)],
      )
      same(`leaf[${i}]`, leaves, expected.leaf[i], 0)
    }
    link(raw)
    same(`pred[${i}]`, raw, [expected.pred[i]].flat(), 1e-12)
  }
  const { gain, split } = scorer.importances()
  if (expected.importance_split) same('importance_split', split, expected.importance_split, 0)
  if (expected.importance_gain) same('importance_gain', gain, expected.importance_gain, GAIN_TOLERANCE)
  return comparison.verdict
}
