import type { BinnedColumns } from './bin-columns.ts'
import { type BoostingShared, CONTROL, FOUND, JOB, SET_WORDS, type SplitSettings } from './boosting-shared.ts'

interface Settings {
  readonly binned: BinnedColumns
  readonly settings: SplitSettings
  readonly leaves: number
}

/**
 * Memory of one training: bins 1, order 4, gradients 8 and hessians 8 bytes a row, and 24 bytes for each slot in the histograms
 * of as many nodes as a tree can have leaves.
 */
export function allocateShared({ binned, settings, leaves }: Settings): BoostingShared {
  const { rows, bins, slots, kinds } = binned
  const features = slots.length
  const histogramStart = new Int32Array(shared(4 * (features + 1)))
  for (let f = 0; f < features; f++) histogramStart[f + 1] = histogramStart[f] + 3 * slots[f]
  // A node waits for its split with a histogram of its own; while one is split, its sibling-to-be needs one more.
  const histograms = leaves + 1
  return {
    rows,
    features,
    settings,
    control: new Int32Array(shared(4 * CONTROL.length)),
    bins,
    slots,
    kinds,
    histogramStart,
    histograms: new Float64Array(shared(8 * histograms * histogramStart[features])),
    order: new Int32Array(shared(4 * rows)),
    gradient: new Float64Array(shared(8 * rows)),
    hessian: new Float64Array(shared(settings.constantHessian ? 0 : 8 * rows)),
    active: new Int32Array(shared(4 * features)),
    jobs: new Int32Array(shared(4 * JOB.length * leaves)),
    totals: new Float64Array(shared(8 * 6 * leaves)),
    found: new Float64Array(shared(8 * FOUND.length * features * 2 * leaves)),
    foundSets: new Int32Array(shared(4 * SET_WORDS * features * 2 * leaves)),
  }
}

function shared(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(bytes)
}
