/** Agreement of two labellings of the same things, 0 by chance, 1 when equal up to names (Hubert and Arabie 1985). */
export function adjustedRandIndex(a: readonly unknown[], b: readonly unknown[]): number {
  const rows = new Map<unknown, number>()
  const columns = new Map<unknown, number>()
  const cells = new Map<unknown, Map<unknown, number>>()
  a.forEach((first, i) => {
    const second = b[i]
    rows.set(first, (rows.get(first) ?? 0) + 1)
    columns.set(second, (columns.get(second) ?? 0) + 1)
    const row = cells.get(first) ?? new Map<unknown, number>()
    cells.set(first, row.set(second, (row.get(second) ?? 0) + 1))
  })
  const together = [...cells.values()].reduce((sum, row) => sum + pairs(row.values()), 0)
  const inRows = pairs(rows.values())
  const inColumns = pairs(columns.values())
  const expected = (inRows * inColumns) / pairs([a.length])
  const most = (inRows + inColumns) / 2
  return most === expected ? 1 : (together - expected) / (most - expected)
}

function pairs(counts: Iterable<number>): number {
  let sum = 0
  for (const count of counts) sum += (count * (count - 1)) / 2
  return sum
}
