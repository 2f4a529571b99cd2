import { codedError } from '../../../coded-error.ts'
import type { StateReader } from '../../../state/reader.ts'
import type { BatchColumn } from '../../dataset.ts'
import { loadColumns, saveColumns } from '../../encoder/column-state.ts'
import type { Scorer } from '../../scorer.ts'
import { type CatboostShap, createCatboostShap } from './catboost-shap.ts'
import { catboostImportances } from './catboost-importances.ts'
import type { CatboostModel } from './catboost-model.ts'
import { createColumnHashes } from './column-hashes.ts'
import { loadCatboost } from './load-catboost.ts'
import { predictBins } from './predict-bins.ts'
import { createRowBins } from './row-bins.ts'
import { saveCatboost } from './save-catboost.ts'

/**
 * Scores rows as CatBoost does, bit for bit. Column i is the model's flat feature i: codes of nominal columns become the texts of their
 * categories (a missing one `nan`, an unknown one a text that training cannot have seen), and so CatBoost's hashes.
 * @throws Error with code MODEL_INVALID if the columns are not those of the model.
 */
export function catboostScorer(model: CatboostModel, columns: readonly BatchColumn[]): Scorer {
  if (columns.length < model.width) {
    throw codedError(
      'MODEL_INVALID',
      `The CatBoost model looks at ${model.width} columns, but ${columns.length} are given.`,
    )
  }
  for (const { column } of model.floats) {
    if (columns[column].kind === 'numeric') continue
    throw codedError(
      'MODEL_INVALID',
      `Column "${columns[column].name}" is nominal, but the CatBoost model has a numeric feature there.`,
    )
  }
  const rowBins = createRowBins(model)
  const hashesOf = createColumnHashes(model, columns)
  const explainers = new Map<number, CatboostShap>()
  const binsOf = (row: Float64Array) => rowBins(row, hashesOf(row))

  return {
    columns,
    outputs: model.outputs,
    raw: (row, out) => predictBins(model, binsOf(row), out),
    rawAll({ rows, values }) {
      const scores = new Float64Array(rows * model.outputs)
      const row = new Float64Array(columns.length)
      for (let i = 0; i < rows; i++) {
        for (let column = 0; column < row.length; column++) row[column] = values[column][i]
        predictBins(model, binsOf(row), scores.subarray(i * model.outputs, (i + 1) * model.outputs))
      }
      return scores
    },
    contributions(row, output = 0) {
      const explain = explainers.get(output) ?? createCatboostShap(model, output)
      explainers.set(output, explain)
      return explain(binsOf(row), columns.length)
    },
    importances: () => catboostImportances(model, columns.length),
    save(out) {
      saveColumns(out, columns)
      saveCatboost(model, out)
    },
  }
}

/** Reads a scorer that `save` wrote. @throws Error with code MODEL_CORRUPT, or CHECKPOINT_CORRUPT for columns. */
export function loadCatboostScorer(input: StateReader): Scorer {
  const columns = loadColumns(input)
  const model = loadCatboost(input)
  try {
    return catboostScorer(model, columns)
  } catch (error) {
    throw codedError('MODEL_CORRUPT', (error as Error).message)
  }
}
