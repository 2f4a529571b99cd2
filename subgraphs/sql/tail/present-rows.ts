import type { Lake, LakeTable, Snapshot } from '#ports/lake.ts'
import { hasForeignRows, offsetsBehind } from '../sink/foreign-rows.ts'
import type { OffsetRanges } from '../sink/offset-ranges.ts'
import { positionId, seenId } from '../sink/transaction-ids.ts'

/**
 * Which offsets behind its positions a version of a table has all the same, since another engine, such as a Spark job, wrote them;
 * by partition, null if there are none. Looked up once a version.
 */
export type PresentRows = (
  snapshot: Pick<Snapshot, 'version' | 'transactions'>,
  partitions: number,
) => Promise<readonly OffsetRanges[] | null>

export function createPresentRows({
  lake,
  name,
  topic,
}: {
  lake: Pick<Lake, 'open'>
  name: string
  topic: string
}): PresentRows {
  let table: Promise<LakeTable | null> | null = null
  let known: { version: number; found: Promise<readonly OffsetRanges[] | null> } | null = null

  async function find(
    { version, transactions }: Pick<Snapshot, 'version' | 'transactions'>,
    partitions: number,
  ): Promise<readonly OffsetRanges[] | null> {
    table ??= lake.open(name)
    const opened = await table
    // Not there yet: the next call looks again.
    if (!opened) table = null
    if (!opened || !(await hasForeignRows(opened, transactions.get(seenId(topic)) ?? -1, version)))
      return null
    const positions = Array.from(
      { length: partitions },
      (_, p) => transactions.get(positionId(topic, p)) ?? -1,
    )
    return await offsetsBehind(opened, await opened.snapshot({ version }), positions)
  }

  return (snapshot, partitions) => {
    if (known?.version === snapshot.version) return known.found
    const found = find(snapshot, partitions)
    const mine = { version: snapshot.version, found }
    known = mine
    found.catch(() => {
      table = null
      if (known === mine) known = null
    })
    return found
  }
}
