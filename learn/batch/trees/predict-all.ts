import { createBlockWalker } from './block-walker.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/** Rows that are turned and scored together: with 64 columns half a second-level cache, while a tree's nodes stay in the first. */
const BLOCK = 256

/**
 * Raw scores of `rows` rows given by column (`ensemble.features` arrays, `rows` long): `rows * outputs` numbers, row by row, equal to
 * `predictTrees` bit for bit.
 */
export function predictAll(
  ensemble: TreeEnsemble,
  columns: readonly ArrayLike<number>[],
  rows: number,
): Float64Array<ArrayBuffer> {
  const { features, outputs, bias, treeStart } = ensemble
  const trees = treeStart.length - 1
  const walker = createBlockWalker(ensemble)
  const scores = new Float64Array(rows * outputs)
  const block = new Float64Array(Math.min(BLOCK, rows) * features)
  for (let first = 0; first < rows; first += BLOCK) {
    const count = Math.min(BLOCK, rows - first)
    for (let column = 0; column < features; column++)
      turn(columns[column], first, count, block, column, features)
    for (let row = 0; row < count; row++) scores.set(bias, (first + row) * outputs)
    for (let tree = 0; tree < trees; tree++) {
      walker.add(tree, block, count, scores, first * outputs + (tree % outputs))
    }
  }
  return scores
}

function turn(
  column: ArrayLike<number>,
  first: number,
  count: number,
  block: Float64Array,
  at: number,
  width: number,
): void {
  for (let row = 0; row < count; row++) block[row * width + at] = column[first + row]
}
