import type { StateWriter } from '../../state/writer.ts'
import type { BatchColumn, Dataset } from '../dataset.ts'
import { predictTrees } from '../trees/predict-trees.ts'
import { saveTrees } from '../trees/save-trees.ts'
import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import { treeImportances } from '../trees/tree-importances.ts'
import { treeShap } from '../trees/tree-shap.ts'
import type { BoostingScorer } from './boosting-options.ts'
import { type PlannedFeature, planRow } from './feature-plan.ts'
import { createSlotScorer } from './slot-scorer.ts'

interface BoostingParts {
  readonly columns: readonly BatchColumn[]
  /** What the trees' features are made of. */
  readonly features: readonly PlannedFeature[]
  readonly trees: TreeEnsemble
}

/** Of this layout. */
export const VERSION = 1

export function createBoostingScorer({ columns, features, trees }: BoostingParts): BoostingScorer {
  const scratch = new Float64Array(features.length)
  const { outputs } = trees
  let scoreAll: ((data: Dataset) => Float64Array) | null = null

  /** Sums over the features that show the same column. */
  function perColumn(values: Float64Array, out: Float64Array): Float64Array {
    features.forEach(({ column }, f) => {
      out[column] += values[f]
    })
    return out
  }

  return {
    columns,
    outputs,
    trees,
    raw(row, out) {
      planRow(features, row, scratch)
      predictTrees(trees, scratch, out)
    },
    rawAll(data) {
      scoreAll ??= createSlotScorer(features, trees)
      return scoreAll(data)
    },
    contributions(row, output = 0) {
      planRow(features, row, scratch)
      const values = treeShap(trees, scratch, output)
      const sums = perColumn(values, new Float64Array(columns.length + 1))
      sums[columns.length] = values[features.length]
      return sums
    },
    importances() {
      const { gain, split } = treeImportances(trees)
      return {
        gain: perColumn(gain, new Float64Array(columns.length)),
        split: perColumn(split, new Float64Array(columns.length)),
      }
    },
    save(out: StateWriter) {
      out.u8(VERSION)
      out.str(JSON.stringify(columns))
      out.u32(features.length)
      for (const { column, kind, categories, table } of features) {
        out.u32(column)
        out.str(kind)
        out.u32(categories)
        out.f64s(table)
      }
      saveTrees(trees, out)
    },
  }
}
