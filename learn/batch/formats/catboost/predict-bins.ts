import type { CatboostModel } from './catboost-model.ts'

/** Raw scores of a row by its bins, into `out`: trees in order, then scale and bias. Allocates nothing. */
export function predictBins(model: CatboostModel, bins: Int32Array, out: Float64Array): void {
  const { outputs, depths, splitSlot, splitBorder, leafValues, scale, bias } = model
  let split = 0
  let leaves = 0
  out.fill(0)
  for (let tree = 0; tree < depths.length; tree++) {
    const depth = depths[tree]
    let leaf = 0
    for (let i = 0; i < depth; i++, split++) {
      if (bins[splitSlot[split]] > splitBorder[split]) leaf |= 1 << i
    }
    for (let output = 0; output < outputs; output++)
      out[output] += leafValues[(leaves + leaf) * outputs + output]
    leaves += 1 << depth
  }
  for (let output = 0; output < outputs; output++) out[output] = out[output] * scale + bias[output]
}
