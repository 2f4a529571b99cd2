import type { TreeEnsemble } from './tree-ensemble.ts'

/** TreeSHAP recurses once a level; a stack holds several times as many. */
const DEEPEST = 1024
const MOST_FEATURES = 1_000_000
const MOST_OUTPUTS = 10_000

/** What is wrong with an ensemble, as a sentence; null if every walk through it stays inside and ends. */
export function checkTrees(ensemble: TreeEnsemble): string | null {
  const { features, outputs, bias, treeStart, feature } = ensemble
  if (features > MOST_FEATURES) return `they look at ${features} features, wanted at most ${MOST_FEATURES}.`
  if (outputs < 1 || outputs > MOST_OUTPUTS)
    return `they have ${outputs} outputs, wanted 1 to ${MOST_OUTPUTS}.`
  if (bias.length !== outputs) return `${bias.length} biases are given for ${outputs} outputs.`
  if (!bias.every(Number.isFinite)) return 'a bias is not a finite number.'
  if (treeStart.length < 1 || treeStart[0] !== 0) return 'the first tree does not begin at node 0.'
  const end = treeStart[treeStart.length - 1]
  if (end !== feature.length) return `the trees end at node ${end}, but there are ${feature.length} nodes.`
  const depth = new Int32Array(feature.length).fill(-1)
  for (let tree = 0; tree + 1 < treeStart.length; tree++) {
    const problem = checkTree(ensemble, tree, depth)
    if (problem) return `tree ${tree}: ${problem}`
  }
  return null
}

function checkTree(ensemble: TreeEnsemble, tree: number, depth: Int32Array): string | null {
  const { features, treeStart, feature, left, right, value, cover, gain } = ensemble
  const first = treeStart[tree]
  const end = treeStart[tree + 1]
  if (end <= first) return `it goes from node ${first} to ${end}, wanted at least one node.`
  depth[first] = 0
  for (let node = first; node < end; node++) {
    const at = `node ${node - first}`
    // Each node but the first has been named by exactly one parent before it: so there are no cycles, and nothing is shared.
    if (depth[node] < 0) return `${at} belongs to no parent.`
    if (depth[node] > DEEPEST) return `it is more than ${DEEPEST} levels deep.`
    if (!Number.isFinite(value[node])) return `${at} adds ${value[node]}, wanted a finite number.`
    if (!(cover[node] >= 0 && cover[node] < Infinity)) return `${at} was passed by ${cover[node]} rows.`
    if (Number.isNaN(gain[node])) return `the gain of ${at} is not a number.`
    if (feature[node] < -1 || feature[node] >= features) {
      return `${at} splits on feature ${feature[node]} of ${features}.`
    }
    if (feature[node] === -1) {
      if (left[node] !== -1 || right[node] !== -1) return `${at} is a leaf with children.`
      continue
    }
    const problem = checkSplit(ensemble, node)
    if (problem) return `${at} ${problem}`
    for (const child of [left[node], right[node]]) {
      if (child <= node || child >= end) return `${at} leads to node ${child - first} of ${end - first}.`
      if (depth[child] >= 0) return `node ${child - first} has two parents.`
      depth[child] = depth[node] + 1
    }
  }
  return null
}

function checkSplit(ensemble: TreeEnsemble, node: number): string | null {
  const { threshold, missingLeft, setStart, setWords, categorySets } = ensemble
  if (missingLeft[node] > 1) return `sends missing values to ${missingLeft[node]}, wanted 0 or 1.`
  if (setStart[node] === -1) {
    return Number.isNaN(threshold[node]) ? 'has a threshold that is not a number.' : null
  }
  const start = setStart[node]
  const words = setWords[node]
  // Codes stay below 2^31, so that `x | 0` cuts them and nothing else.
  if (start < 0 || words < 0 || words > 2 ** 26 || start + words > categorySets.length) {
    return `has ${words} words of categories at ${start}, but there are ${categorySets.length}.`
  }
  return null
}
