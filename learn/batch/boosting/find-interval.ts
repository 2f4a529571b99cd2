/** Number of borders below the value: the interval k with borders[k - 1] < value <= borders[k]. `borders` ascend. */
export function findInterval(borders: Float64Array, value: number): number {
  let low = 0
  let high = borders.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (borders[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}
