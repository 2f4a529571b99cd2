import type { BatchColumn, Category, Dataset } from '../batch/dataset.ts'
import { catboostScorer } from '../batch/formats/catboost/catboost-scorer.ts'
import { readCatboost } from '../batch/formats/catboost/read-catboost.ts'
import { createComparison } from './comparison.ts'
import { jsonOf, textOf, type VectorVerifier } from './vector-verifier.ts'

type Row = (number | string | null)[]

interface CatboostVectors {
  model: string
  cat_features: number[]
  rows: Row[]
  raw: (number | number[])[]
  proba?: (number | number[])[] | null
  shap?: (number[] | number[][])[]
  feature_importance?: number[] | null
}

/** Scores, SHAP values and importances of an imported CatBoost model: raw scores bit for bit. */
export const verifyCatboost: VectorVerifier = ({ bytes, beside }) => {
  const { model: file, cat_features: nominal, rows, ...expected } = jsonOf<CatboostVectors>(bytes)
  const model = readCatboost(textOf(beside(file)))
  const data = datasetOf(rows, nominal)
  const scorer = catboostScorer(model, data.columns)
  const { same, verdict } = comparisonOf()

  const all = scorer.rawAll(data)
  same('raw', all, expected.raw.flat(), 0)
  const row = new Float64Array(data.columns.length)
  const raw = new Float64Array(scorer.outputs)
  for (let i = 0; i < rows.length; i++) {
    for (let column = 0; column < row.length; column++) row[column] = data.values[column][i]
    scorer.raw(row, raw)
    same(`raw of row ${i} alone`, raw, all.subarray(i * raw.length, (i + 1) * raw.length), 0)
    const shap = expected.shap?.[i]
    if (shap) {
      const found = Array.from(raw, (_, output) => scorer.contributions(row, output))
      same(`shap[${i}]`, Array.isArray(shap[0]) ? found : found[0], shap, 1e-9)
      const sums = found.map(values => values.reduce((sum, value) => sum + value, 0))
      same(`sum of shap[${i}]`, sums, raw, 1e-9)
    }
    const proba = expected.proba?.[i]
    if (typeof proba === 'number') same(`proba[${i}]`, 1 / (1 + Math.exp(-raw[0])), proba, 1e-12)
  }
  if (expected.feature_importance) {
    same('feature_importance', scorer.importances().gain, expected.feature_importance, 1e-9)
  }
  return verdict()

  function comparisonOf() {
    const comparison = createComparison()
    return { same: comparison.same, verdict: () => comparison.verdict }
  }
}

/** Categories are those of the rows, in the order they come in. */
function datasetOf(rows: readonly Row[], nominal: readonly number[]): Dataset {
  const columns: BatchColumn[] = []
  const values = rows[0].map((_, column) => {
    const cells = rows.map(row => row[column])
    const name = `column ${column}`
    if (!nominal.includes(column)) {
      columns.push({ name, kind: 'numeric' })
      return Float64Array.from(cells, cell => (typeof cell === 'number' ? cell : NaN))
    }
    const categories = [
      ...new Set(cells.filter((cell): cell is Category & (number | string) => cell !== null)),
    ]
    const codes = new Map(categories.map((category, code) => [category, code]))
    columns.push({ name, kind: 'nominal', categories })
    return Int32Array.from(cells, cell => (cell === null ? -1 : (codes.get(cell) ?? -1)))
  })
  return { rows: rows.length, columns, values }
}
