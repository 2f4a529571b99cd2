import { invalidModel } from '../invalid-model.ts'
import type { CatboostFloat, CatboostLink, CatboostModel } from './catboost-model.ts'
import { checkCatboost } from './check-catboost.ts'
import { type JsonNode, jsonNode } from './json-node.ts'
import { readCtrs } from './read-ctrs.ts'
import { readObliviousTrees } from './read-oblivious-trees.ts'

const MOST_COLUMNS = 1_000_000

/**
 * The model in a JSON file of CatBoost (`save_model(format="json")`, 1.2): float features with all treatments of NaN, one-hot splits, and
 * ctrs of every kind over single features and combinations, for one or more outputs.
 * Its raw scores equal those of CatBoost bit for bit. Source: catboost/libs/model, json_model_helpers.cpp and evaluation code.
 * @param json the file's text, or what `JSON.parse` makes of it.
 * @throws Error with code MODEL_INVALID that says where the file is wrong; also for non-symmetric trees and for text and embedding
 * features, which are not read.
 */
export function readCatboost(json: unknown): CatboostModel {
  const file = jsonNode(typeof json === 'string' ? parse(json) : json)
  if (!file.has('oblivious_trees') && file.has('trees')) {
    file.fail('holds non-symmetric trees (grow_policy Depthwise or Lossguide), which are not read')
  }
  const info = file.at('features_info')
  for (const kind of ['text_features', 'embedding_features']) {
    if (info.has(kind) && info.at(kind).array().length > 0) info.fail(`has ${kind}, which are not read`)
  }
  const floats = readList(info, 'float_features').map(readFloat)
  const categories = readList(info, 'categorical_features').map(readCategorical)
  const categoricals = Int32Array.from(categories, ({ column }) => column)
  const { ctrs, tables } = readCtrs(file, info, floats.length, categories.length)
  const [scale, bias] = readScaleAndBias(file.at('scale_and_bias'))
  const trees = readObliviousTrees(file.at('oblivious_trees'), {
    floats,
    categories,
    ctrs,
    outputs: bias.length,
  })
  const model: CatboostModel = {
    width: widthOf([...floats, ...categories]),
    outputs: bias.length,
    floats,
    categoricals,
    tables,
    ctrs,
    ...trees,
    scale,
    bias,
    link: linkOf(file),
  }
  const problem = checkCatboost(model)
  if (problem) throw invalidModel('CatBoost', problem)
  return model
}

function widthOf(features: readonly { readonly column: number }[]): number {
  return features.reduce((width, { column }) => Math.max(width, column + 1), 0)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidModel(
      'CatBoost',
      `it is not JSON (${(error as Error).message.replace(/\.$/, '').slice(0, 200)})`,
    )
  }
}

/** CatBoost leaves lists out that would be empty, or writes null. */
function readList(info: JsonNode, key: string): JsonNode[] {
  return info.has(key) ? info.at(key).items() : []
}

function readFloat(node: JsonNode, index: number): CatboostFloat {
  node.at('feature_index').integer(index, index)
  const treatment = node.has('nan_value_treatment') ? node.at('nan_value_treatment').text() : 'AsIs'
  // NaN itself is above no border.
  if (!['AsIs', 'AsFalse', 'AsTrue'].includes(treatment)) node.fail(`treats NaN as "${treatment}"`)
  return {
    column: node.at('flat_feature_index').integer(0, MOST_COLUMNS - 1),
    borders: node.has('borders') ? node.at('borders').numbers().map(Math.fround) : new Float64Array(0),
    missing: treatment === 'AsTrue' ? 'above' : 'below',
  }
}

function readCategorical(node: JsonNode, index: number): { column: number; values: readonly number[] } {
  node.at('feature_index').integer(index, index)
  const values = node.has('values') ? node.at('values').items() : []
  return {
    column: node.at('flat_feature_index').integer(0, MOST_COLUMNS - 1),
    values: values.map(value => value.integer(-(2 ** 31), 2 ** 31 - 1)),
  }
}

function readScaleAndBias(node: JsonNode): [number, Float64Array] {
  const [scale, bias] = node.items()
  if (!scale || !bias) return node.fail('is too short, wanted [scale, [bias]]')
  const biases = Array.isArray(node.array()[1]) ? bias.numbers() : Float64Array.of(bias.number())
  if (biases.length < 1) bias.fail('is empty, wanted one bias an output')
  return [scale.number(), biases]
}

function linkOf(file: JsonNode): CatboostLink {
  let node = file
  for (const key of ['model_info', 'params', 'loss_function', 'type']) {
    if (!node.has(key)) return 'identity'
    node = node.at(key)
  }
  const loss = node.text()
  if (loss === 'Logloss' || loss === 'CrossEntropy' || loss === 'MultiClassOneVsAll') return 'logistic'
  if (loss === 'MultiClass') return 'softmax'
  return loss === 'Poisson' || loss === 'Tweedie' ? 'exponential' : 'identity'
}
