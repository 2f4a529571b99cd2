import type { StateWriter } from '../../state/writer.ts'
import type { TreeEnsemble } from './tree-ensemble.ts'

/** Writes an ensemble for `loadTrees`. */
export function saveTrees(ensemble: TreeEnsemble, out: StateWriter): void {
  out.u8(VERSION)
  out.u32(ensemble.features)
  out.u32(ensemble.outputs)
  out.f64s(ensemble.bias)
  out.i32s(ensemble.treeStart)
  out.i32s(ensemble.feature)
  out.f64s(ensemble.threshold)
  out.bytes(ensemble.missingLeft)
  out.i32s(ensemble.setStart)
  out.i32s(ensemble.setWords)
  out.u32s(ensemble.categorySets)
  out.i32s(ensemble.left)
  out.i32s(ensemble.right)
  out.f64s(ensemble.value)
  out.f64s(ensemble.cover)
  out.f64s(ensemble.gain)
}

/** Of this layout. */
export const VERSION = 1
