import type { TreeEnsemble } from '../trees/tree-ensemble.ts'
import type { LightgbmModel } from './lightgbm/lightgbm-model.ts'

/** Nodes of LightGBM's trees on their way into an ensemble. */
export interface TreeNodes {
  /** Begins the next tree. */
  beginTree(): void
  /** Adds a node with no children yet and returns its index. */
  add(node: NodeParts): number
  setChild(parent: number, side: 'left' | 'right', child: number): void
  /** Notes what a feature is used as; false if it was used differently before. */
  use(feature: number, use: 'zeroIsMissing' | 'zeroIsValue' | 'categorical'): boolean
  finish(outputs: number): Pick<LightgbmModel, 'ensemble' | 'zeroIsMissing' | 'categorical' | 'leafIndex'>
}

interface NodeParts {
  readonly feature: number
  readonly threshold: number
  readonly missingLeft: boolean
  readonly set: ArrayLike<number> | null
  readonly value: number
  readonly cover: number
  readonly gain: number
  readonly leafIndex: number
}

export function createTreeNodes(features: number): TreeNodes {
  const treeStart: number[] = []
  const nodes: NodeParts[] = []
  const setStart: number[] = []
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
      setStart: Int32Array.from(setStart),
      setWords: Int32Array.from(nodes, node => node.set?.length ?? 0),
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
    add(node) {
      setStart.push(node.set ? sets.length : -1)
      for (let word = 0; word < (node.set?.length ?? 0); word++) sets.push(node.set?.[word] ?? 0)
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
