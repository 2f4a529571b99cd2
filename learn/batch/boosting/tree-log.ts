import type { TreeEnsemble } from '../trees/tree-ensemble.ts'

/** Nodes of trees as they are grown, one entry a node; children stand side by side after their parent. */
export interface TreeLog {
  readonly nodes: number
  /** Opens a tree of one leaf and returns its node. */
  root(cover: number): number
  /** Makes a leaf an inner node and returns its left child; the right one is the next. */
  split(node: number, split: LoggedSplit): number
  setValue(node: number, value: number): void
  /** The first `trees` trees. */
  ensemble(parts: { features: number; bias: Float64Array; trees: number }): TreeEnsemble
}

interface LoggedSplit {
  readonly feature: number
  readonly threshold: number
  readonly missingLeft: number
  /** Bits of the slots that go left; null for numeric splits. */
  readonly set: Int32Array | null
  readonly gain: number
  readonly leftCover: number
  readonly rightCover: number
}

export function createTreeLog(): TreeLog {
  const treeStart: number[] = []
  const feature: number[] = []
  const threshold: number[] = []
  const missingLeft: number[] = []
  const setStart: number[] = []
  const setWords: number[] = []
  const sets: number[] = []
  const left: number[] = []
  const value: number[] = []
  const cover: number[] = []
  const gain: number[] = []

  function leaf(rows: number): number {
    feature.push(-1)
    threshold.push(0)
    missingLeft.push(0)
    setStart.push(-1)
    setWords.push(0)
    left.push(-1)
    value.push(0)
    gain.push(0)
    return cover.push(rows) - 1
  }

  return {
    get nodes() {
      return feature.length
    },
    root(rows) {
      treeStart.push(feature.length)
      return leaf(rows)
    },
    split(node, split) {
      feature[node] = split.feature
      threshold[node] = split.threshold
      missingLeft[node] = split.missingLeft
      gain[node] = split.gain
      if (split.set) {
        let words = split.set.length
        while (words > 1 && split.set[words - 1] === 0) words--
        setStart[node] = sets.length
        setWords[node] = words
        for (let i = 0; i < words; i++) sets.push(split.set[i])
      }
      left[node] = leaf(split.leftCover)
      leaf(split.rightCover)
      return left[node]
    },
    setValue(node, newValue) {
      value[node] = newValue
    },
    ensemble({ features, bias, trees }) {
      const end = trees < treeStart.length ? treeStart[trees] : feature.length
      const lefts = Int32Array.from(left.slice(0, end))
      return {
        features,
        outputs: bias.length,
        bias,
        treeStart: Int32Array.from([...treeStart.slice(0, trees), end]),
        feature: Int32Array.from(feature.slice(0, end)),
        threshold: Float64Array.from(threshold.slice(0, end)),
        missingLeft: Uint8Array.from(missingLeft.slice(0, end)),
        setStart: Int32Array.from(setStart.slice(0, end)),
        setWords: Int32Array.from(setWords.slice(0, end)),
        categorySets: Uint32Array.from(sets, word => word >>> 0),
        left: lefts,
        right: lefts.map(node => (node < 0 ? -1 : node + 1)),
        value: Float64Array.from(value.slice(0, end)),
        cover: Float64Array.from(cover.slice(0, end)),
        gain: Float64Array.from(gain.slice(0, end)),
      }
    },
  }
}
