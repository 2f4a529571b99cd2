import { argsort } from './argsort.ts'

/** What one column brings to every pair it is part of. */
export interface KendallSide {
  /** 0 for the smallest value, 1 for the next distinct one. */
  codes: Uint32Array
  /** Rows in ascending order. */
  order: Uint32Array
  /** Pairs of rows with equal values. */
  tied: number
}

export function kendallSide(values: ArrayLike<number>): KendallSide {
  const order = argsort(values)
  const codes = new Uint32Array(values.length)
  let code = 0
  let run = 0
  let tied = 0
  for (let i = 0; i < order.length; i++) {
    if (i > 0 && values[order[i]] !== values[order[i - 1]]) {
      code++
      run = 0
    }
    tied += run++
    codes[order[i]] = code
  }
  return { codes, order, tied }
}

/**
 * Kendall's tau-b, null where one side is constant or there are fewer than two rows. O(n log n): discordant pairs are the
 * inversions that a merge sort of the second side counts (Knight 1966).
 */
export function kendall(x: KendallSide, y: KendallSide): number | null {
  const size = x.order.length
  const all = pairs(size)
  if (x.tied === all || y.tied === all) return null
  const codes = new Uint32Array(size)
  for (let i = 0; i < size; i++) codes[i] = y.codes[x.order[i]]
  const tiedBoth = sortWithinTies(x, codes)
  const difference = all - x.tied - y.tied + tiedBoth - 2 * inversions(codes)
  // One square root each, since the product of both may exceed what doubles hold exactly.
  const tau = difference / Math.sqrt(all - x.tied) / Math.sqrt(all - y.tied)
  return Math.max(-1, Math.min(1, tau))
}

const pairs = (count: number): number => (count * (count - 1)) / 2

/** Orders `codes`, given in the order of x, where x is equal; returns the pairs that are equal in both. */
function sortWithinTies({ codes: x, order }: KendallSide, codes: Uint32Array): number {
  const size = order.length
  let tied = 0
  for (let start = 0; start < size; ) {
    let end = start + 1
    while (end < size && x[order[end]] === x[order[start]]) end++
    if (end - start > 1) {
      codes.subarray(start, end).sort()
      for (let i = start + 1, run = 0; i < end; i++) {
        run = codes[i] === codes[i - 1] ? run + 1 : 0
        tied += run
      }
    }
    start = end
  }
  return tied
}

const RUN = 8

/** Pairs in the wrong order, by insertion within short runs and a merge sort from there on. Sorts or overwrites `values`. */
function inversions(values: Uint32Array): number {
  const size = values.length
  let count = 0
  for (let start = 0; start < size; start += RUN) {
    const end = Math.min(size, start + RUN)
    for (let i = start + 1; i < end; i++) {
      const value = values[i]
      let j = i
      for (; j > start && values[j - 1] > value; j--) values[j] = values[j - 1]
      values[j] = value
      count += i - j
    }
  }
  let from: Uint32Array = values
  let to: Uint32Array = new Uint32Array(size)
  for (let width = RUN; width < size; width *= 2) {
    for (let start = 0; start < size; start += 2 * width) {
      const middle = Math.min(size, start + width)
      const end = Math.min(size, start + 2 * width)
      let left = start
      let right = middle
      let out = start
      while (left < middle && right < end) {
        if (from[left] <= from[right]) to[out++] = from[left++]
        else {
          count += middle - left
          to[out++] = from[right++]
        }
      }
      while (left < middle) to[out++] = from[left++]
      while (right < end) to[out++] = from[right++]
    }
    ;[from, to] = [to, from]
  }
  return count
}
