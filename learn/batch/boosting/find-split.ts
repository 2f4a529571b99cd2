import { FOUND, type SplitSettings } from './boosting-shared.ts'

/**
 * Best split of a numeric feature from its histogram: slots up to one go left, the last slot (missing values) where it gains
 * more. Gain is that of Chen and Guestrin 2016, equation 7, without its half. Writes the fields of `FOUND` at `at`.
 * Ties: the lowest slot, missing values right.
 */
export function findSplit(
  histogram: Float64Array,
  { l2, minLeafRows, minHessian, minGain }: SplitSettings,
  gradient: number,
  hessian: number,
  rows: number,
  out: Float64Array,
  at: number,
): void {
  const missing = histogram.length - 3
  const missingGradient = histogram[missing]
  const missingHessian = histogram[missing + 1]
  const missingRows = histogram[missing + 2]
  const before = (gradient * gradient) / (hessian + l2)
  // Sums of the same numbers in another order differ by rounding: such a gain is none.
  let best = before + minGain + 1e-10 * (1 + before)
  const worst = best
  let slot = -1
  let missingLeft = 0
  let gradientLeft = 0
  let hessianLeft = 0
  let rowsLeft = 0
  const directions = missingRows > 0 ? 2 : 1
  for (let direction = 0; direction < directions; direction++) {
    let g = direction === 0 ? 0 : missingGradient
    let h = direction === 0 ? 0 : missingHessian
    let n = direction === 0 ? 0 : missingRows
    // The last finite slot leaves the missing ones alone on the right, if there are any there.
    const end = direction === 0 && missingRows > 0 ? missing : missing - 3
    for (let i = 0; i < end; i += 3) {
      const here = histogram[i + 2]
      if (here === 0) continue
      g += histogram[i]
      h += histogram[i + 1]
      n += here
      if (n < minLeafRows || h < minHessian) continue
      const right = hessian - h
      if (rows - n < minLeafRows || right < minHessian) break
      const rest = gradient - g
      const score = (g * g) / (h + l2) + (rest * rest) / (right + l2)
      if (score > best) {
        best = score
        slot = i / 3
        missingLeft = direction
        gradientLeft = g
        hessianLeft = h
        rowsLeft = n
      }
    }
  }
  out[at + FOUND.gain] = best > worst ? best - before : -1
  out[at + FOUND.slot] = slot
  // Where no row was missing, those to come go with the majority.
  out[at + FOUND.missingLeft] = missingRows > 0 ? missingLeft : Number(2 * rowsLeft > rows)
  out[at + FOUND.gradientLeft] = gradientLeft
  out[at + FOUND.hessianLeft] = hessianLeft
  out[at + FOUND.rowsLeft] = rowsLeft
}
