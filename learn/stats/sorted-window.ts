/** The last `size` numbers, in order of arrival and of value; an update moves O(size) numbers. */
export interface SortedWindow {
  readonly length: number
  /** Adds a number that is not NaN and drops the oldest of a full window. */
  push(x: number): void
  /** Quantile q in [0, 1], interpolated linearly (type 7 of Hyndman and Fan 1996); NaN when empty. */
  quantile(q: number): number
}

export function createSortedWindow(size: number): SortedWindow {
  const arrived = new Float64Array(size)
  const sorted = new Float64Array(size)
  let length = 0
  let next = 0

  function rank(x: number): number {
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sorted[middle] < x) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    get length() {
      return length
    },
    push(x) {
      if (length === size) {
        const at = rank(arrived[next])
        sorted.copyWithin(at, at + 1, length--)
      }
      const at = rank(x)
      sorted.copyWithin(at + 1, at, length++)
      sorted[at] = x
      arrived[next] = x
      next = (next + 1) % size
    },
    quantile(q) {
      if (length === 0) return Number.NaN
      const at = q * (length - 1)
      const low = Math.floor(at)
      const high = Math.min(low + 1, length - 1)
      return sorted[low] + (at - low) * (sorted[high] - sorted[low])
    },
  }
}
