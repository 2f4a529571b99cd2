import { createRandom } from '../../math/random.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

interface Shape {
  seed: number
  trees?: number
  depth?: number
  features?: number
  outputs?: number
}

/** For tests: trees with numeric splits, sets of categories on odd features (up to 80 codes), and missing values to both sides. */
export function randomTrees({ seed, trees = 6, depth = 5, features = 6, outputs = 1 }: Shape): TreeEnsemble {
  const random = createRandom(seed)
  const treeStart = [0]
  const sets: number[] = []
  const rows: number[][] = []
  for (let tree = 0; tree < trees; tree++) {
    grow(0, 64 + random.below(64))
    treeStart.push(rows.length)
  }
  const column = (index: number) => rows.map(row => row[index] as number)
  return {
    features,
    outputs,
    bias: Float64Array.from({ length: outputs }, () => random.normal()),
    treeStart: Int32Array.from(treeStart),
    feature: Int32Array.from(column(0)),
    threshold: Float64Array.from(column(1)),
    missingLeft: Uint8Array.from(column(2)),
    setStart: Int32Array.from(column(3)),
    setWords: Int32Array.from(column(4)),
    categorySets: Uint32Array.from(sets),
    left: Int32Array.from(column(5)),
    right: Int32Array.from(column(6)),
    value: Float64Array.from(column(7)),
    cover: Float64Array.from(column(8)),
    gain: Float64Array.from(column(9)),
  }

  function grow(level: number, cover: number): number {
    const node = rows.length
    const row = [-1, 0, 0, -1, 0, -1, -1, random.normal(), cover, 0]
    rows.push(row)
    if (level === depth || cover < 4 || random.next() < 0.1) return node
    const feature = random.below(features)
    row[0] = feature
    row[9] = random.next()
    if (feature % 2 === 1) {
      row[3] = sets.length
      row[4] = 1 + random.below(3)
      for (let word = 0; word < row[4]; word++) sets.push(random.below(2 ** 32))
    } else {
      row[1] = random.below(20) === 0 ? Infinity : random.normal()
      row[2] = random.below(2)
    }
    const leftCover = 1 + random.below(cover - 1)
    row[5] = grow(level + 1, leftCover)
    row[6] = grow(level + 1, cover - leftCover)
    return node
  }
}

/** Rows for them by column: normal values, codes on odd features, a tenth missing. */
export function randomColumns(features: number, rows: number, seed: number): Float64Array[] {
  const random = createRandom(seed)
  return Array.from({ length: features }, (_, feature) =>
    Float64Array.from({ length: rows }, () => {
      if (random.below(10) === 0) return feature % 2 === 1 ? -1 : NaN
      return feature % 2 === 1 ? random.below(90) : random.normal()
    }),
  )
}
