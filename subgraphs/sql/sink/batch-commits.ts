import type { AppTransaction, Commit, LakeTable } from '#ports/lake.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { hasForeignRows } from './foreign-rows.ts'
import type { Resumption } from './resume-positions.ts'
import type { RowBatch } from './row-batch.ts'
import type { Slots } from './slots.ts'
import { positionId, seenId } from './transaction-ids.ts'

/** Where rows and refused records of one topic go. */
export interface Targets {
  rows: LakeTable
  quarantine: LakeTable
  /** One commit at a time to the quarantine, which several topics share. */
  quarantineTurn: Slots
}

/** Writes the batches of one topic in their order; of one that failed nothing may follow. */
export interface BatchCommits {
  /** @throws PortError of the lake; CodedError `FOREIGN_ROWS` after a commit if others added rows that have to be looked at. */
  commit(batch: RowBatch): Promise<Commit>
}

/**
 * The quarantine goes first: what is behind a table's position is then nowhere to be missed, and what is quarantined and read
 * again, since the rows were not written any more, is known by the quarantine's own positions.
 */
export function createBatchCommits({
  topic,
  targets: { rows, quarantine, quarantineTurn },
  resumption,
  quarantined,
}: {
  topic: string
  targets: Targets
  resumption: Resumption
  /** What the quarantine states about the partitions of the topic. */
  quarantined: readonly (number | null)[]
}): BatchCommits {
  const stated = [...resumption.stated]
  const reached = [...resumption.reached]
  const statedQuarantine = [...quarantined]
  let { present, statedSeen, version: known } = resumption
  let seen = present ? statedSeen : known

  async function commitQuarantine({ quarantineParts, quarantineLast, quarantined: rowCount }: RowBatch) {
    const transactions = [...quarantineLast].map(([partition, last]) => {
      const expected = statedQuarantine[partition] ?? null
      return { appId: positionId(topic, partition), version: Math.max(last, expected ?? last), expected }
    })
    await quarantine.append({ rows: quarantineParts, rowCount, transactions }).catch(notRows)
    for (const [partition, last] of quarantineLast)
      statedQuarantine[partition] = Math.max(last, statedQuarantine[partition] ?? last)
  }

  function transactions(): AppTransaction[] {
    const moved: AppTransaction[] = []
    for (const [partition, version] of reached.entries()) {
      const expected = stated[partition] ?? null
      if (version !== null && version !== expected)
        moved.push({ appId: positionId(topic, partition), version, expected })
    }
    if (seen !== null && seen !== statedSeen)
      moved.push({ appId: seenId(topic), version: seen, expected: statedSeen })
    return moved
  }

  return {
    async commit(batch) {
      if (batch.quarantined > 0) await quarantineTurn(() => commitQuarantine(batch))
      for (const [partition, offset] of batch.last) reached[partition] = offset
      const commit = await rows.append({
        rows: batch.parts,
        rowCount: batch.rowCount,
        transactions: transactions(),
      })
      for (const [partition, offset] of reached.entries()) stated[partition] = offset
      statedSeen = seen
      const before = known
      known = commit.version
      if (known > before + 1 && (await hasForeignRows(rows, before, known - 1))) {
        throw new CodedError(
          'FOREIGN_ROWS',
          `Another engine added rows to ${rows.name} between versions ${before} and ${known}; where it stands is found out anew.`,
        )
      }
      // Rows that others added are accounted for once nothing of them lies ahead any more.
      if (present?.every(({ last }, partition) => last <= (reached[partition] ?? -1))) present = null
      if (present === null) seen = known
      return commit
    },
  }
}

/** An error of the quarantine must not be taken for one of the rows. */
function notRows(error: unknown): never {
  if ((error as { code?: unknown }).code !== 'LAKE_SCHEMA_MISMATCH') throw error
  throw new CodedError('QUARANTINE_REFUSED', `The quarantine can't be written: ${(error as Error).message}`)
}
