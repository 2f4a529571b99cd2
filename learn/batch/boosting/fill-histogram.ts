/**
 * Adds up gradients, hessians and rows per slot: `out[3 * slot + 0, 1, 2]`. `column` holds the slots of all rows, `order`
 * the rows in question from `from` to `to`, gradients and hessians lie beside `order`. Four rows a turn, because the loads of
 * one row then overlap with the sums of another; sums stay in the order of rows.
 */
export function fillHistogram(
  out: Float64Array,
  column: Uint8Array,
  order: Int32Array,
  gradient: Float64Array,
  hessian: Float64Array,
  from: number,
  to: number,
): void {
  out.fill(0)
  const last = to - 3
  let i = from
  for (; i < last; i += 4) {
    const a = 3 * column[order[i]]
    const b = 3 * column[order[i + 1]]
    const c = 3 * column[order[i + 2]]
    const d = 3 * column[order[i + 3]]
    out[a] += gradient[i]
    out[a + 1] += hessian[i]
    out[a + 2] += 1
    out[b] += gradient[i + 1]
    out[b + 1] += hessian[i + 1]
    out[b + 2] += 1
    out[c] += gradient[i + 2]
    out[c + 1] += hessian[i + 2]
    out[c + 2] += 1
    out[d] += gradient[i + 3]
    out[d + 1] += hessian[i + 3]
    out[d + 2] += 1
  }
  for (; i < to; i++) {
    const a = 3 * column[order[i]]
    out[a] += gradient[i]
    out[a + 1] += hessian[i]
    out[a + 2] += 1
  }
}

/** The same where every hessian is 1. */
export function fillCountHistogram(
  out: Float64Array,
  column: Uint8Array,
  order: Int32Array,
  gradient: Float64Array,
  from: number,
  to: number,
): void {
  out.fill(0)
  const last = to - 3
  let i = from
  for (; i < last; i += 4) {
    const a = 3 * column[order[i]]
    const b = 3 * column[order[i + 1]]
    const c = 3 * column[order[i + 2]]
    const d = 3 * column[order[i + 3]]
    out[a] += gradient[i]
    out[a + 2] += 1
    out[b] += gradient[i + 1]
    out[b + 2] += 1
    out[c] += gradient[i + 2]
    out[c + 2] += 1
    out[d] += gradient[i + 3]
    out[d + 2] += 1
  }
  for (; i < to; i++) {
    const a = 3 * column[order[i]]
    out[a] += gradient[i]
    out[a + 2] += 1
  }
  for (let slot = 1; slot < out.length; slot += 3) out[slot] = out[slot + 1]
}
