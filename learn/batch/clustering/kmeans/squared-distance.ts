/** Squared Euclidean distance of two rows of `width` numbers, the first at offset `a` of `left`, the second at `b` of `right`. */
export function squaredDistance(
  left: Float64Array,
  a: number,
  right: Float64Array,
  b: number,
  width: number,
): number {
  let even = 0
  let odd = 0
  let i = 0
  // Two sums, so that an addition need not wait for the one before.
  for (; i + 1 < width; i += 2) {
    const first = left[a + i] - right[b + i]
    const second = left[a + i + 1] - right[b + i + 1]
    even += first * first
    odd += second * second
  }
  if (i < width) {
    const last = left[a + i] - right[b + i]
    even += last * last
  }
  return even + odd
}
