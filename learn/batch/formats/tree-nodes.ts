import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import type { LightgbmModel } from './lightgbm/lightgbm-model.ts'

/** Nodes of LightGBM's trees on their way into an ensemble. */
export interface TreeNodes {
  /** Begins the next tree. */
  beginTree(): void
  /** Adds words of a bit set of categories, which any number of nodes may then name. */
  addSet(words: ArrayLike<number>): CategorySet
  /** Adds a node with no children yet and returns its index. */
  add(node: NodeParts): number
  setChild(parent: number, side: 'left' | 'right', child: number): void
  /** Notes what a feature is used as; false if it was used differently before. */
  use(feature: number, use: 'zeroIsMissing' | 'zeroIsValue' | 'categorical'): boolean
  finish(outputs: number): Pick<LightgbmModel, 'ensemble' | 'zeroIsMissing' | 'categorical' | 'leafIndex'>
}

/** A place among the words of all sets. */
export interface CategorySet {
  readonly start: number
  readonly words: number
}

interface NodeParts {
  readonly feature: number
  readonly threshold: number
  readonly missingLeft: boolean
  readonly set: CategorySet | null
  readonly value: number
  readonly cover: number
  readonly gain: number
  readonly leafIndex: number
}

export function createTreeNodes(features: number): TreeNodes {
  const treeStart: number[] = []
  const nodes: NodeParts[] = []
  const sets: number[] = []
  const children = { left: [] as number[], right: [] as number[] }
  const uses = new Map<number, string>()

  function ensembleOf(outputs: number): TreeEnsemble {
    return {
      features,
      outputs,
      bias: new Float64Array(outputs),
      treeStart: Int32Array.from([...treeStart, nodes.length]),
      feature: Int32Array.from(nodes, node => node.feature),
      threshold: Float64Array.from(nodes, node => node.threshold),
      missingLeft: Uint8Array.from(nodes, node => (node.missingLeft ? 1 : 0)),
      setStart: Int32Array.from(nodes, node => node.set?.start ?? -1),
      setWords: Int32Array.from(nodes, node => node.set?.words ?? 0),
      categorySets: Uint32Array.from(sets),
      left: Int32Array.from(children.left),
      right: Int32Array.from(children.right),
      value: Float64Array.from(nodes, node => node.value),
      cover: Float64Array.from(nodes, node => node.cover),
      gain: Float64Array.from(nodes, node => node.gain),
    }
  }

  return {
    beginTree: () => void treeStart.push(nodes.length),
    addSet(words) {
      const start = sets.length
      for (let word = 0; word < words.length; word++) sets.push(words[word])
      return { start, words: words.length }
    },
    add(node) {
      children.left.push(-1)
      children.right.push(-1)
      return nodes.push(node) - 1
    },
    setChild(parent, side, child) {
      children[side][parent] = child
    },
    use(feature, use) {
      const before = uses.get(feature)
      uses.set(feature, use)
      return before === undefined || before === use
    },
    finish: outputs => ({
      ensemble: ensembleOf(outputs),
      zeroIsMissing: Uint8Array.from({ length: features }, (_, i) =>
        uses.get(i) === 'zeroIsMissing' ? 1 : 0,
      ),
      categorical: Uint8Array.from({ length: features }, (_, i) => (uses.get(i) === 'categorical' ? 1 : 0)),
      leafIndex: Int32Array.from(nodes, node => node.leafIndex),
    }),
  }
}
