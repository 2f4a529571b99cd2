/**
 * Agreement of two partitions of the same items, corrected for chance: 1 if they are equal, 0 on average if they are
 * independent (Hubert and Arabie 1985).
 */
export function adjustedRandIndex(
  first: readonly (string | number)[],
  second: readonly (string | number)[],
): number {
  if (first.length !== second.length) {
    throw Object.assign(
      new Error(
        `Partitions of ${first.length} and ${second.length} items were given; wanted the same items.`,
      ),
      { code: 'SIZE_MISMATCH' },
    )
  }
  const cells = new Map<string, number>()
  const rows = new Map<string | number, number>()
  const columns = new Map<string | number, number>()
  first.forEach((a, index) => {
    const b = second[index] as string | number
    count(cells, JSON.stringify([a, b]))
    count(rows, a)
    count(columns, b)
  })
  const together = pairsIn(cells)
  const inRows = pairsIn(rows)
  const inColumns = pairsIn(columns)
  const all = (first.length * (first.length - 1)) / 2
  const expected = (inRows * inColumns) / all
  const most = (inRows + inColumns) / 2
  return most === expected ? 1 : (together - expected) / (most - expected)
}

function count<K>(map: Map<K, number>, key: K): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}

function pairsIn<K>(sizes: Map<K, number>): number {
  let pairs = 0
  for (const size of sizes.values()) pairs += (size * (size - 1)) / 2
  return pairs
}
