import type { CatboostCtr, CatboostFloat, CatboostModel } from './catboost-model.ts'
import type { JsonNode } from './json-node.ts'

const DEEPEST = 16

interface Parts {
  readonly floats: readonly CatboostFloat[]
  readonly categories: readonly { readonly values: readonly number[] }[]
  readonly ctrs: readonly CatboostCtr[]
  readonly outputs: number
}

type Trees = Pick<
  CatboostModel,
  'oneHots' | 'depths' | 'splitSlot' | 'splitBorder' | 'leafValues' | 'leafWeights'
>

/** The trees of a model; their splits, written as values, become indices of slots and borders. */
export function readObliviousTrees(node: JsonNode, { floats, categories, ctrs, outputs }: Parts): Trees {
  // Splits on ctrs are counted through all borders of all features: floats, then one-hot values, then ctrs.
  const beforeCtrs =
    floats.reduce((sum, { borders }) => sum + borders.length, 0) +
    categories.reduce((sum, { values }) => sum + values.length, 0)
  const places = ctrs.flatMap(({ borders }, ctr) =>
    Array.from(borders, (_, border) => [ctr, border] as const),
  )
  const oneHots: { categorical: number; hash: number }[] = []
  const oneHotPlaces = new Map<string, number>()
  const borderPlaces = new Map<number, Map<number, number>>()
  const depths: number[] = []
  // Slots of ctrs come after the one-hots, whose number is known only at the end: until then they are counted from -1 down.
  const slots: number[] = []
  const borders: number[] = []
  const leafValues: Float64Array[] = []
  const leafWeights: Float64Array[] = []

  for (const tree of node.items()) {
    const splits = splitsOf(tree)
    if (splits.length > DEEPEST) tree.fail(`has ${splits.length} splits, wanted at most ${DEEPEST}`)
    depths.push(splits.length)
    for (const split of splits) addSplit(split)
    const leaves = 2 ** splits.length
    const values = tree.at('leaf_values').numbers()
    if (values.length !== leaves * outputs) {
      tree.fail(
        `has ${values.length} leaf_values, wanted ${leaves * outputs} for ${splits.length} splits and ${outputs} outputs`,
      )
    }
    const weights = tree.has('leaf_weights') ? tree.at('leaf_weights').numbers() : new Float64Array(leaves)
    if (weights.length !== leaves) tree.fail(`has ${weights.length} leaf_weights, wanted ${leaves}`)
    leafValues.push(values)
    leafWeights.push(weights)
  }
  return {
    oneHots,
    depths: Uint8Array.from(depths),
    splitSlot: Int32Array.from(slots, slot => (slot < 0 ? floats.length + oneHots.length + ~slot : slot)),
    splitBorder: Int32Array.from(borders),
    leafValues: concatenate(leafValues),
    leafWeights: concatenate(leafWeights),
  }

  function addSplit(split: JsonNode): void {
    const type = split.at('split_type').text()
    switch (type) {
      case 'FloatFeature': {
        const feature = split.at('float_feature_index').integer(0, floats.length - 1)
        const border = Math.fround(split.at('border').number())
        slots.push(feature)
        borders.push(placeOf(feature, border))
        if (borders.at(-1) === -1)
          split.fail(`splits at ${border}, which is no border of float feature ${feature}`)
        return
      }
      case 'OneHotFeature': {
        const categorical = split.at('cat_feature_index').integer(0, categories.length - 1)
        slots.push(oneHotSlot(categorical, split.at('value').integer(-(2 ** 31), 2 ** 32 - 1) | 0))
        borders.push(0)
        return
      }
      case 'OnlineCtr': {
        const index = split.at('split_index').integer(beforeCtrs, beforeCtrs + places.length - 1) - beforeCtrs
        slots.push(~places[index][0])
        borders.push(places[index][1])
        return
      }
      default:
        split.fail(`is of type "${type.slice(0, 40)}", wanted FloatFeature, OneHotFeature or OnlineCtr`)
    }
  }

  /** Of a border of a float feature; -1 for none. A search through all of them would cost their number a split. */
  function placeOf(feature: number, border: number): number {
    let own = borderPlaces.get(feature)
    if (own === undefined) {
      own = new Map(Array.from(floats[feature].borders, (value, place) => [value, place]))
      borderPlaces.set(feature, own)
    }
    return own.get(border) ?? -1
  }

  function oneHotSlot(categorical: number, hash: number): number {
    const key = `${categorical} ${hash}`
    let place = oneHotPlaces.get(key)
    if (place === undefined) {
      place = oneHots.push({ categorical, hash }) - 1
      oneHotPlaces.set(key, place)
    }
    return floats.length + place
  }
}

function splitsOf(tree: JsonNode): JsonNode[] {
  return tree.has('splits') ? tree.at('splits').items() : []
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
