import type { CatboostModel } from './catboost-model.ts'

/**
 * Per column: how much predictions change over its splits (CatBoost's PredictionValuesChange: for every pair of leaves that one split
 * separates, the weighted squared distance from their mean), scaled to 100 over all; and the number of splits. A split on a ctr counts in
 * equal parts for everything that it combines.
 */
export function catboostImportances(
  model: CatboostModel,
  columns: number,
): { gain: Float64Array; split: Float64Array } {
  const { outputs, depths, splitSlot, leafValues, leafWeights } = model
  const looksAt = columnsOfSlots(model)
  const gain = new Float64Array(columns)
  const split = new Float64Array(columns)
  let firstLeaf = 0
  let firstSplit = 0
  for (const depth of depths) {
    for (let level = 0; level < depth; level++) {
      const used = looksAt[splitSlot[firstSplit + level]]
      const change = changeAt(level, depth)
      for (const column of used) {
        gain[column] += change / used.length
        split[column] += 1 / used.length
      }
    }
    firstLeaf += 2 ** depth
    firstSplit += depth
  }
  const total = gain.reduce((sum, value) => sum + value, 0)
  return { gain: total > 0 ? gain.map(value => (100 * value) / total) : gain, split }

  function changeAt(level: number, depth: number): number {
    let change = 0
    for (let leaf = 0; leaf < 2 ** depth; leaf++) {
      if ((leaf >> level) & 1) continue
      const a = firstLeaf + leaf
      const b = a + 2 ** level
      const weight = leafWeights[a] + leafWeights[b]
      if (weight === 0) continue
      for (let output = 0; output < outputs; output++) {
        const [x, y] = [leafValues[a * outputs + output], leafValues[b * outputs + output]]
        const mean = (x * leafWeights[a] + y * leafWeights[b]) / weight
        change += (x - mean) ** 2 * leafWeights[a] + (y - mean) ** 2 * leafWeights[b]
      }
    }
    return change
  }
}

/** Columns that each slot looks at; twice where a ctr combines two borders of one feature. */
function columnsOfSlots({ floats, categoricals, oneHots, tables, ctrs }: CatboostModel): number[][] {
  return [
    ...floats.map(({ column }) => [column]),
    ...oneHots.map(({ categorical }) => [categoricals[categorical]]),
    ...ctrs.map(({ table }) =>
      tables[table].elements.map(({ kind, feature }) =>
        kind === 'above' ? floats[feature].column : categoricals[feature],
      ),
    ),
  ]
}
