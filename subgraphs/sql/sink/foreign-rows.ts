import type { LakeTable, Snapshot, TableVersion } from '#ports/lake.ts'
import { collectOffsets, type OffsetRanges } from './offset-ranges.ts'

/** How the versions that this platform writes name their engine. */
const OWN_ENGINE = /^coelho-realtime\b/
const PAGE = 100

/** Whether another engine, such as a Spark job, added rows in the versions after `seen` up to `version`. */
export async function hasForeignRows(table: LakeTable, seen: number, version: number): Promise<boolean> {
  let before = version + 1
  while (before > seen + 1) {
    const page = await table.history({ limit: PAGE, before })
    // What was cleaned away may have been anything: the rows have to tell.
    if (page.length === 0) return true
    for (const entry of page) {
      if (entry.version <= seen) return false
      if (isForeign(entry)) return true
      before = entry.version
    }
  }
  return false
}

function isForeign({ engine, operation, addedFiles, addedRows }: TableVersion): boolean {
  if (OWN_ENGINE.test(engine ?? '') || operation === 'OPTIMIZE') return false
  return addedFiles > 0 && addedRows !== 0
}

/** Offsets that a table holds behind the given positions, by partition; of one topic, where it has rows of several. */
export async function offsetsBehind(
  table: LakeTable,
  snapshot: Snapshot,
  positions: readonly number[],
  topic?: string,
): Promise<OffsetRanges[]> {
  const found = positions.map(collectOffsets)
  const rows = table.scan(snapshot, {
    columns: ['_partition', '_offset'],
    where: [
      ...(topic === undefined ? [] : [{ column: '_topic', op: '=', value: topic } as const]),
      { column: '_offset', op: '>', value: Math.min(...positions) },
    ],
  })
  for await (const { rowCount, columns } of rows) {
    const { _partition: partitions = [], _offset: offsets = [] } = columns
    for (let row = 0; row < rowCount; row++) {
      const [partition, offset] = [Number(partitions[row] ?? -1), Number(offsets[row] ?? -1)]
      if (offset > (positions[partition] ?? Number.POSITIVE_INFINITY)) found[partition]?.add(offset)
    }
  }
  return found.map(collector => collector.ranges())
}
