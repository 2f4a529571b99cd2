import { FOUND, SET_WORDS, type SplitSettings } from './boosting-shared.ts'

/** Slots of a histogram that hold rows, by ratio of gradient to hessian; at most 256. Used within one call. */
const sorted = new Int32Array(256)
const ratios = new Float64Array(256)

/**
 * Best split of a nominal feature: for a convex loss the best two sets are neighbours in the order of gradient by hessian
 * (Fisher 1958). The last slot, of unknown categories, never belongs to the set that goes left; the left set is the one
 * with fewer rows, so that unknown ones go with the majority. Writes the fields of `FOUND` at `at` and the set as 256 bits
 * at `setAt`.
 */
export function findSetSplit(
  histogram: Float64Array,
  { l2, setL2, minLeafRows, minHessian, minGain }: SplitSettings,
  gradient: number,
  hessian: number,
  rows: number,
  out: Float64Array,
  at: number,
  sets: Int32Array,
  setAt: number,
): void {
  const count = sortSlots(histogram, setL2)
  const smooth = l2 + setL2
  const before = (gradient * gradient) / (hessian + smooth)
  let best = before + minGain + 1e-10 * (1 + before)
  const worst = best
  let length = 0
  let g = 0
  let h = 0
  let n = 0
  out.fill(0, at, at + FOUND.length)
  for (let i = 0; i < count; i++) {
    const slot = 3 * sorted[i]
    g += histogram[slot]
    h += histogram[slot + 1]
    n += histogram[slot + 2]
    if (n < minLeafRows || h < minHessian) continue
    const right = hessian - h
    if (rows - n < minLeafRows || right < minHessian) break
    const rest = gradient - g
    const score = (g * g) / (h + smooth) + (rest * rest) / (right + smooth)
    if (score <= best) continue
    best = score
    length = i + 1
    out[at + FOUND.gradientLeft] = g
    out[at + FOUND.hessianLeft] = h
    out[at + FOUND.rowsLeft] = n
  }
  out[at + FOUND.gain] = best > worst ? best - before : -1
  // Rows of the last slot stay on the right, so the sets can only change sides without them.
  const isTurned = 2 * out[at + FOUND.rowsLeft] > rows && histogram[histogram.length - 1] === 0
  if (isTurned) {
    out[at + FOUND.gradientLeft] = gradient - out[at + FOUND.gradientLeft]
    out[at + FOUND.hessianLeft] = hessian - out[at + FOUND.hessianLeft]
    out[at + FOUND.rowsLeft] = rows - out[at + FOUND.rowsLeft]
  }
  sets.fill(0, setAt, setAt + SET_WORDS)
  for (let i = isTurned ? length : 0; i < (isTurned ? count : length); i++) {
    sets[setAt + (sorted[i] >>> 5)] |= 1 << (sorted[i] & 31)
  }
}

/** Best split of one category from all others. */
export function findOneHotSplit(
  histogram: Float64Array,
  { l2, minLeafRows, minHessian, minGain }: SplitSettings,
  gradient: number,
  hessian: number,
  rows: number,
  out: Float64Array,
  at: number,
  sets: Int32Array,
  setAt: number,
): void {
  const before = (gradient * gradient) / (hessian + l2)
  let best = before + minGain + 1e-10 * (1 + before)
  const worst = best
  let slot = -1
  for (let i = 0; i < histogram.length - 3; i += 3) {
    const g = histogram[i]
    const h = histogram[i + 1]
    const n = histogram[i + 2]
    if (n < minLeafRows || rows - n < minLeafRows || h < minHessian || hessian - h < minHessian) continue
    const score = (g * g) / (h + l2) + (gradient - g) ** 2 / (hessian - h + l2)
    if (score <= best) continue
    best = score
    slot = i / 3
  }
  sets.fill(0, setAt, setAt + SET_WORDS)
  out.fill(0, at, at + FOUND.length)
  out[at + FOUND.gain] = best > worst ? best - before : -1
  if (slot < 0) return
  sets[setAt + (slot >>> 5)] = 1 << (slot & 31)
  out[at + FOUND.gradientLeft] = histogram[3 * slot]
  out[at + FOUND.hessianLeft] = histogram[3 * slot + 1]
  out[at + FOUND.rowsLeft] = histogram[3 * slot + 2]
}

/** Insertion sort: most nominal features have a few dozen slots, and ties keep their order. */
function sortSlots(histogram: Float64Array, smooth: number): number {
  let count = 0
  for (let i = 0; i < histogram.length - 3; i += 3) {
    if (histogram[i + 2] === 0) continue
    const ratio = histogram[i] / (histogram[i + 1] + smooth)
    let j = count++
    for (; j > 0 && ratios[j - 1] > ratio; j--) {
      ratios[j] = ratios[j - 1]
      sorted[j] = sorted[j - 1]
    }
    ratios[j] = ratio
    sorted[j] = i / 3
  }
  return count
}
