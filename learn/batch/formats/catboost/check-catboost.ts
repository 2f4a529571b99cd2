import type { CatboostCtr, CatboostModel, CtrTable } from './catboost-model.ts'

const DEEPEST = 16

/** What is wrong with a model, without a full stop; null if scoring stays inside its arrays. */
export function checkCatboost(model: CatboostModel): string | null {
  const { width, outputs, floats, categoricals, oneHots, tables, ctrs, scale, bias } = model
  if (outputs < 1 || bias.length !== outputs) return `${bias.length} biases are given for ${outputs} outputs`
  if (!Number.isFinite(scale) || !bias.every(Number.isFinite))
    return 'its scale or a bias is no finite number'
  const columns = [...floats.map(({ column }) => column), ...categoricals]
  if (columns.some(column => column < 0 || column >= width))
    return `a feature lies beyond its ${width} columns`
  if (new Set(columns).size < columns.length) return 'two features lie in the same column'
  for (const [i, { borders }] of floats.entries()) {
    if (!isAscending(borders)) return `the borders of float feature ${i} do not ascend`
  }
  if (oneHots.some(({ categorical }) => categorical < 0 || categorical >= categoricals.length)) {
    return 'a one-hot split asks for a categorical feature that there is not'
  }
  for (const [i, table] of tables.entries()) {
    const problem = checkTable(table, model)
    if (problem) return `table ${i} of its ctrs ${problem}`
  }
  for (const [i, ctr] of ctrs.entries()) {
    const problem = checkCtr(ctr, tables)
    if (problem) return `ctr ${i} ${problem}`
  }
  return checkTrees(model)
}

function checkTable({ elements, low, high, stride, counts }: CtrTable, model: CatboostModel): string | null {
  if (low.length !== high.length || counts.length !== low.length * stride) {
    return `has ${counts.length} counts and ${low.length} keys, wanted ${stride} counts a key`
  }
  if (!counts.every(Number.isFinite)) return 'holds a count that is no finite number'
  for (const { kind, feature } of elements) {
    const features = kind === 'above' ? model.floats.length : model.categoricals.length
    if (feature < 0 || feature >= features) return `combines feature ${feature} of ${features}`
  }
  return null
}

function checkCtr(
  { type, table, target, borders, ...numbers }: CatboostCtr,
  tables: readonly CtrTable[],
): string | null {
  const stride = tables[table]?.stride
  if (stride === undefined) return `looks into table ${table} of ${tables.length}`
  if (!isAscending(borders)) return 'has borders that do not ascend'
  if (!Object.values(numbers).every(Number.isFinite))
    return 'has a prior, shift or scale that is no finite number'
  if (type === 'Borders' || type === 'Buckets') {
    return target < stride ? null : `asks for class ${target} of ${stride}`
  }
  const wanted = type.endsWith('MeanValue') ? 2 : 1
  return stride === wanted ? null : `has a table of ${stride} numbers an entry, wanted ${wanted} for ${type}`
}

function checkTrees({
  depths,
  splitSlot,
  splitBorder,
  leafValues,
  leafWeights,
  ...model
}: CatboostModel): string | null {
  const borders = [
    ...model.floats.map(feature => feature.borders.length),
    ...model.oneHots.map(() => 1),
    ...model.ctrs.map(ctr => ctr.borders.length),
  ]
  let splits = 0
  let leaves = 0
  for (const depth of depths) {
    if (depth > DEEPEST) return `a tree is ${depth} levels deep, wanted at most ${DEEPEST}`
    splits += depth
    leaves += 2 ** depth
  }
  if (splitSlot.length !== splits || splitBorder.length !== splits) {
    return `${splitSlot.length} slots and ${splitBorder.length} borders are given for ${splits} splits`
  }
  if (leafWeights.length !== leaves || leafValues.length !== leaves * model.outputs) {
    return `${leafValues.length} values and ${leafWeights.length} weights are given for ${leaves} leaves`
  }
  if (!leafValues.every(Number.isFinite)) return 'a leaf adds what is no finite number'
  if (!leafWeights.every(weight => weight >= 0 && weight < Infinity))
    return 'the weight of a leaf is negative or not finite'
  for (let i = 0; i < splits; i++) {
    const known = borders[splitSlot[i]] ?? 0
    if (splitBorder[i] < 0 || splitBorder[i] >= known)
      return `split ${i} is at border ${splitBorder[i]} of ${known}`
  }
  return null
}

function isAscending(borders: Float64Array): boolean {
  return borders.every((border, i) => Number.isFinite(border) && (i === 0 || border > borders[i - 1]))
}
