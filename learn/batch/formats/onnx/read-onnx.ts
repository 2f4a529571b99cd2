import { checkTrees } from '../../trees/check-trees.ts'
import type { TreeEnsemble } from '../../trees/tree-ensemble.ts'
import { invalidModel } from '../invalid-model.ts'
import { createTreeNodes, type TreeNodes } from '../tree-nodes.ts'
import { type OnnxAttributes, onnxOperators } from './onnx-attributes.ts'

export interface OnnxModel {
  /** Wants values rounded to 32 bits, which the format holds. */
  readonly ensemble: TreeEnsemble
  readonly postTransform: 'NONE' | 'LOGISTIC'
}

interface Nodes {
  readonly count: number
  /** Place of a node by its tree and its number in there. */
  place(tree: number, node: number): number
  readonly tree: Float64Array
  readonly feature: Float64Array
  readonly value: Float64Array
  readonly modes: readonly string[]
  readonly whenTrue: Float64Array
  readonly whenFalse: Float64Array
  readonly missingTrue: Float64Array
}

const MOST_FEATURES = 1_000_000
const MOST_OUTPUTS = 1000
/** Of all outputs together: each has its own copy of every tree, which a small file must not turn into gigabytes. */
const MOST_NODES = 1 << 22

/**
 * The trees of an ONNX file (`TreeEnsembleClassifier` or `TreeEnsembleRegressor` of ai.onnx.ml), such as CatBoost writes for numeric features.
 * Classes become outputs, and each tree is there once an output.
 * @throws Error with code MODEL_INVALID that says what is wrong; also for comparisons other than <= and >.
 */
export function readOnnx(file: Uint8Array): OnnxModel {
  const found = onnxOperators(file).find(({ operator }) => operator.startsWith('TreeEnsemble'))
  if (!found) throw invalidModel('ONNX', 'it holds no TreeEnsemble')
  const prefix = found.operator === 'TreeEnsembleClassifier' ? 'class' : 'target'
  const postTransform = found.has('post_transform') ? found.text('post_transform') : 'NONE'
  if (postTransform !== 'NONE' && postTransform !== 'LOGISTIC') {
    throw invalidModel('ONNX', `its post_transform is "${postTransform}", wanted NONE or LOGISTIC`)
  }
  const nodes = nodesOf(found)
  const { outputs, weights } = weightsOf(found, prefix, nodes)
  const features = nodes.feature.reduce((most, feature) => Math.max(most, feature + 1), 1)
  if (!(features <= MOST_FEATURES)) throw invalidModel('ONNX', `it looks at ${features} features`)
  const built = createTreeNodes(features)
  for (let i = 0; i < nodes.count; i++) {
    if (i > 0 && nodes.tree[i] === nodes.tree[i - 1]) continue
    for (let output = 0; output < outputs; output++) addTree(built, nodes, i, weights[output])
  }
  const { ensemble } = built.finish(outputs)
  if (found.has('base_values')) ensemble.bias.set(found.floats('base_values', outputs))
  const problem = checkTrees(ensemble)
  if (problem) throw invalidModel('ONNX', problem.replace(/\.$/, ''))
  return { ensemble, postTransform }
}

function nodesOf(attributes: OnnxAttributes): Nodes {
  const tree = attributes.integers('nodes_treeids')
  const count = tree.length
  const numbers = attributes.integers('nodes_nodeids', count)
  const places = new Map(Array.from(numbers, (number, i) => [`${tree[i]} ${number}`, i]))
  if (places.size < count) throw invalidModel('ONNX', 'two nodes of a tree have one number')
  const missing = 'nodes_missing_value_tracks_true'
  return {
    count,
    place(inTree, node) {
      const place = places.get(`${inTree} ${node}`)
      if (place === undefined) throw invalidModel('ONNX', `tree ${inTree} has no node ${node}`)
      return place
    },
    tree,
    feature: attributes.integers('nodes_featureids', count),
    value: attributes.floats('nodes_values', count),
    modes: attributes.texts('nodes_modes', count),
    whenTrue: attributes.integers('nodes_truenodeids', count),
    whenFalse: attributes.integers('nodes_falsenodeids', count),
    missingTrue: attributes.has(missing) ? attributes.integers(missing, count) : new Float64Array(count),
  }
}

/** What the node at a place adds to each output. */
function weightsOf(attributes: OnnxAttributes, prefix: string, nodes: Nodes) {
  const trees = attributes.integers(`${prefix}_treeids`)
  const numbers = attributes.integers(`${prefix}_nodeids`, trees.length)
  const ids = attributes.integers(`${prefix}_ids`, trees.length)
  const values = attributes.floats(`${prefix}_weights`, trees.length)
  const outputs = ids.reduce((most, id) => Math.max(most, id + 1), 1)
  if (!(outputs <= MOST_OUTPUTS) || ids.some(id => id < 0)) {
    throw invalidModel('ONNX', `"${prefix}_ids" holds numbers beyond 0 to ${MOST_OUTPUTS - 1}`)
  }
  if (outputs * nodes.count > MOST_NODES) {
    throw invalidModel(
      'ONNX',
      `its ${nodes.count} nodes for ${outputs} outputs are more than ${MOST_NODES}, which are not read`,
    )
  }
  const weights = Array.from({ length: outputs }, () => new Float64Array(nodes.count))
  for (let i = 0; i < trees.length; i++) weights[ids[i]][nodes.place(trees[i], numbers[i])] += values[i]
  return { outputs, weights }
}

function addTree(built: TreeNodes, nodes: Nodes, root: number, weights: Float64Array): void {
  built.beginTree()
  const seen = new Set<number>()
  const waiting = [{ at: root, parent: -1, side: 'left' as 'left' | 'right' }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { at, parent, side } = next
    if (seen.has(at)) throw invalidModel('ONNX', `tree ${nodes.tree[at]} has a node with two parents`)
    seen.add(at)
    const mode = nodes.modes[at]
    const isLeaf = mode === 'LEAF'
    if (!isLeaf && mode !== 'BRANCH_LEQ' && mode !== 'BRANCH_GT') {
      throw invalidModel('ONNX', `a node compares by ${mode}, wanted BRANCH_LEQ or BRANCH_GT`)
    }
    // Left is where values up to the threshold go.
    const trueIsLeft = mode === 'BRANCH_LEQ'
    const node = built.add({
      feature: isLeaf ? -1 : nodes.feature[at],
      threshold: nodes.value[at],
      missingLeft: (nodes.missingTrue[at] === 1) === trueIsLeft,
      set: null,
      value: isLeaf ? weights[at] : 0,
      cover: 0,
      gain: 0,
      leafIndex: -1,
    })
    if (parent >= 0) built.setChild(parent, side, node)
    if (isLeaf) continue
    const whenTrue = nodes.place(nodes.tree[at], nodes.whenTrue[at])
    const whenFalse = nodes.place(nodes.tree[at], nodes.whenFalse[at])
    waiting.push({ at: whenTrue, parent: node, side: trueIsLeft ? 'left' : 'right' })
    waiting.push({ at: whenFalse, parent: node, side: trueIsLeft ? 'right' : 'left' })
  }
}
