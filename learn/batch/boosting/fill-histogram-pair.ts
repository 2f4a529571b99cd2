/**
 * What `fillHistogram` does, for two features at once: row numbers, gradients and hessians are loaded once for both, and sums of one
 * overlap with those of the other. Sums stay in the order of rows, so they are equal bit for bit.
 */
export function fillHistogramPair(
  outA: Float64Array,
  outB: Float64Array,
  columnA: Uint8Array,
  columnB: Uint8Array,
  order: Int32Array,
  gradient: Float64Array,
  hessian: Float64Array,
  from: number,
  to: number,
): void {
  outA.fill(0)
  outB.fill(0)
  const last = to - 1
  let i = from
  for (; i < last; i += 2) {
    const row = order[i]
    const next = order[i + 1]
    const g = gradient[i]
    const h = hessian[i]
    const nextG = gradient[i + 1]
    const nextH = hessian[i + 1]
    const a = 3 * columnA[row]
    const b = 3 * columnB[row]
    const c = 3 * columnA[next]
    const d = 3 * columnB[next]
    outA[a] += g
    outA[a + 1] += h
    outA[a + 2] += 1
    outB[b] += g
    outB[b + 1] += h
    outB[b + 2] += 1
    outA[c] += nextG
    outA[c + 1] += nextH
    outA[c + 2] += 1
    outB[d] += nextG
    outB[d + 1] += nextH
    outB[d + 2] += 1
  }
  if (i === to) return
  const a = 3 * columnA[order[i]]
  const b = 3 * columnB[order[i]]
  outA[a] += gradient[i]
  outA[a + 1] += hessian[i]
  outA[a + 2] += 1
  outB[b] += gradient[i]
  outB[b + 1] += hessian[i]
  outB[b + 2] += 1
}

/** The same where every hessian is 1. */
export function fillCountHistogramPair(
  outA: Float64Array,
  outB: Float64Array,
  columnA: Uint8Array,
  columnB: Uint8Array,
  order: Int32Array,
  gradient: Float64Array,
  from: number,
  to: number,
): void {
  outA.fill(0)
  outB.fill(0)
  const last = to - 1
  let i = from
  for (; i < last; i += 2) {
    const row = order[i]
    const next = order[i + 1]
    const g = gradient[i]
    const nextG = gradient[i + 1]
    const a = 3 * columnA[row]
    const b = 3 * columnB[row]
    const c = 3 * columnA[next]
    const d = 3 * columnB[next]
    outA[a] += g
    outA[a + 2] += 1
    outB[b] += g
    outB[b + 2] += 1
    outA[c] += nextG
    outA[c + 2] += 1
    outB[d] += nextG
    outB[d + 2] += 1
  }
  if (i < to) {
    const a = 3 * columnA[order[i]]
    const b = 3 * columnB[order[i]]
    outA[a] += gradient[i]
    outA[a + 2] += 1
    outB[b] += gradient[i]
    outB[b + 2] += 1
  }
  for (let slot = 1; slot < outA.length; slot += 3) outA[slot] = outA[slot + 1]
  for (let slot = 1; slot < outB.length; slot += 3) outB[slot] = outB[slot + 1]
}
