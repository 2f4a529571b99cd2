import { codedError } from '../../../coded-error.ts'
import type { StateReader } from '../../../state/reader.ts'
import type { StateWriter } from '../../../state/writer.ts'
import type { BatchColumn } from '../../dataset.ts'
import { loadColumns, saveColumns } from '../../encoder/column-state.ts'
import type { Scorer } from '../../scorer.ts'
import { loadTrees } from '../../trees/load-trees.ts'
import { predictAll } from '../../trees/predict-all.ts'
import { predictTrees } from '../../trees/predict-trees.ts'
import { saveTrees } from '../../trees/save-trees.ts'
import type { TreeEnsemble } from '../../trees/tree-ensemble.ts'
import { treeImportances } from '../../trees/tree-importances.ts'
import { treeShap } from '../../trees/tree-shap.ts'
import type { LightgbmModel } from './lightgbm-model.ts'
import { missingZero } from './missing-zero.ts'

/** Up to so many categories a column names them; beyond it stays numeric, which scores the same. */
const MOST_CATEGORIES = 1 << 16
/** As many as all columns may name: sets are shared between splits, so that a small file can ask for many. */
const MOST_NAMES = 1 << 20

/** Everything a row needs: numbers in the order of the model's features, categories as their integers. */
type Parts = Pick<LightgbmModel, 'ensemble' | 'zeroIsMissing'>

/**
 * Scores rows as LightGBM does. The code of a category is the integer that LightGBM knows it by.
 * @param columns what the features are; by default numeric ones and nominal ones with the categories 0, 1, 2, … by the model's names.
 */
export function lightgbmScorer(
  model: LightgbmModel,
  columns: readonly BatchColumn[] = columnsOf(model),
): Scorer {
  if (columns.length !== model.ensemble.features) {
    throw codedError(
      'MODEL_INVALID',
      `The LightGBM model has ${model.ensemble.features} features, but ${columns.length} columns are given.`,
    )
  }
  return scorerOf(model, columns)
}

/** Reads a scorer that `save` wrote. @throws Error with code MODEL_CORRUPT or CHECKPOINT_CORRUPT. */
export function loadLightgbmScorer(input: StateReader): Scorer {
  const columns = loadColumns(input)
  const zeroIsMissing = input.bytes(columns.length)
  const ensemble = loadTrees(input)
  if (ensemble.features !== columns.length) {
    throw codedError(
      'MODEL_CORRUPT',
      `The trees of the model look at ${ensemble.features} features, but ${columns.length} columns are named.`,
    )
  }
  return scorerOf({ ensemble, zeroIsMissing }, columns)
}

function scorerOf({ ensemble, zeroIsMissing }: Parts, columns: readonly BatchColumn[]): Scorer {
  const zeros = zeroIsMissing.includes(1)
  const scratch = new Float64Array(ensemble.features)

  function seen(row: Float64Array): Float64Array {
    if (!zeros) return row
    for (let i = 0; i < scratch.length; i++) scratch[i] = missingZero(zeroIsMissing[i], row[i])
    return scratch
  }

  return {
    columns,
    outputs: ensemble.outputs,
    raw: (row, out) => predictTrees(ensemble, seen(row), out),
    rawAll({ rows, values }) {
      const inputs = values.map((column, i) =>
        zeroIsMissing[i] ? Float64Array.from(column, value => missingZero(1, value)) : column,
      )
      return predictAll(ensemble, inputs, rows)
    },
    contributions: (row, output = 0) => treeShap(ensemble, seen(row), output),
    importances: () => treeImportances(ensemble),
    save(out: StateWriter) {
      saveColumns(out, columns)
      out.bytes(zeroIsMissing)
      saveTrees(ensemble, out)
    },
  }
}

function columnsOf({ ensemble, featureNames, categorical }: LightgbmModel): BatchColumn[] {
  const words = mostWords(ensemble)
  let left = MOST_NAMES
  return featureNames.map((name, i) => {
    const size = categorical[i] ? 32 * words[i] : Infinity
    if (size > MOST_CATEGORIES || size > left) return { name, kind: 'numeric' }
    left -= size
    return { name, kind: 'nominal', categories: Array.from({ length: size }, (_, code) => code) }
  })
}

/** Words of the largest set of each feature. */
function mostWords({ features, feature, setWords }: TreeEnsemble): Int32Array {
  const words = new Int32Array(features)
  for (let node = 0; node < feature.length; node++) {
    const column = feature[node]
    if (column >= 0 && setWords[node] > words[column]) words[column] = setWords[node]
  }
  return words
}
