import type { Table } from '#learn/batch/table-file.ts'

export interface ClusteredGroups {
  /** Cluster of each group, in the order in which groups first occur; NaN where it is not known. */
  labels: Float64Array
  /** Rows of each group; null where every row is a group. */
  rowsOf: readonly (readonly number[])[] | null
}

/** What a clustering gave a cluster to: rows, or the groups that its table keeps with them (all rows of one have its cluster). */
export function clusteredGroups({ rows, extra }: Table): ClusteredGroups {
  const cluster = extra['cluster'] ?? new Float64Array(rows).fill(Number.NaN)
  const { group } = extra
  if (!group) return { labels: cluster, rowsOf: null }
  // Numbered anew: of many rows a sample is kept, in which groups may be missing.
  const rowsOf = new Map<number, number[]>()
  group.forEach((id, row) => {
    const members = rowsOf.get(id)
    if (members) members.push(row)
    else rowsOf.set(id, [row])
  })
  const members = [...rowsOf.values()]
  return { labels: Float64Array.from(members, ([row = 0]) => cluster[row] as number), rowsOf: members }
}
