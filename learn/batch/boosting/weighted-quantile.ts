/**
 * The smallest of `values[0..count)` at which the weights of it and of all below reach `share` of their sum; without
 * weights each counts once, and the median of an even number is midway between the two. Reorders both arrays.
 * Quickselect with the median of three (Hoare 1961); expected time is linear.
 */
export function weightedQuantile(
  values: Float64Array,
  weights: Float64Array | null,
  count: number,
  share: number,
): number {
  if (count === 0) return 0
  if (!weights) {
    const position = share * (count - 1)
    const rank = Math.floor(position)
    select(values, count, rank)
    const low = values[rank]
    if (rank === position) return low
    let next = Infinity
    for (let i = rank + 1; i < count; i++) next = Math.min(next, values[i])
    return low + (next - low) * (position - rank)
  }
  let total = 0
  for (let i = 0; i < count; i++) total += weights[i]
  return selectWeighted(values, weights, count, share * total)
}

function select(values: Float64Array, count: number, rank: number): void {
  let from = 0
  let to = count - 1
  while (from < to) {
    const pivot = medianOfThree(values, from, to)
    let i = from
    let j = to
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i > j) break
      swap(values, i++, j--)
    }
    if (rank <= j) to = j
    else if (rank >= i) from = i
    else return
  }
}

function selectWeighted(values: Float64Array, weights: Float64Array, count: number, wanted: number): number {
  let from = 0
  let to = count - 1
  let below = 0
  while (from < to) {
    const pivot = medianOfThree(values, from, to)
    let i = from
    let j = to
    while (i <= j) {
      while (values[i] < pivot) i++
      while (values[j] > pivot) j--
      if (i > j) break
      swap(weights, i, j)
      swap(values, i++, j--)
    }
    // Now values[from..j] <= pivot, those between j and i equal it, values[i..to] >= pivot.
    let left = 0
    for (let k = from; k <= j; k++) left += weights[k]
    if (below + left >= wanted && j >= from) {
      to = j
      continue
    }
    let middle = 0
    for (let k = j + 1; k < i; k++) middle += weights[k]
    if (below + left + middle >= wanted || i > to) return pivot
    below += left + middle
    from = i
  }
  return values[from]
}

function medianOfThree(values: Float64Array, from: number, to: number): number {
  const a = values[from]
  const b = values[(from + to) >>> 1]
  const c = values[to]
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}

function swap(values: Float64Array, i: number, j: number): void {
  const kept = values[i]
  values[i] = values[j]
  values[j] = kept
}
