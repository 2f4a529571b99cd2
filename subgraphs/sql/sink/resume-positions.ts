import type { EventLog } from '#ports/event-log.ts'
import type { LakeTable } from '#ports/lake.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { hasForeignRows, offsetsBehind } from './foreign-rows.ts'
import type { OffsetRanges } from './offset-ranges.ts'
import { positionId, seenId } from './transaction-ids.ts'

/** Where a table stands, by partition of its topic. */
export interface Resumption {
  version: number
  /** What the table itself says, as the next commit has to expect it; null where it says nothing. */
  stated: (number | null)[]
  /** As `stated`, with what other engines have added right behind it. */
  reached: (number | null)[]
  /** Last offset that need not be read any more; the one before the first of the log if there is nothing yet. */
  positions: number[]
  /** Offsets behind the positions that are there already, since another engine wrote them. */
  present: readonly OffsetRanges[] | null
  /** As `stated`, for the version that is accounted for. */
  statedSeen: number | null
}

/**
 * Finds out from where on the log has to be read, so that no record is missed or comes twice: behind the positions in the table's
 * transactions, without what other engines have added on their own.
 * @throws CodedError `LOG_BEHIND_TABLE` if the log ends before what the table has: it is another log.
 */
export async function resumePositions({
  log,
  table,
  topic,
}: {
  log: EventLog
  table: LakeTable
  topic: string
}): Promise<Resumption> {
  const snapshot = await table.snapshot()
  const { version, transactions } = snapshot
  const [info] = await log.topics([topic])
  const partitions = info?.partitions ?? []
  if (partitions.length === 0) {
    throw new CodedError('UNKNOWN_TOPIC', `Topic ${topic} does not exist; it has to be created first.`)
  }
  const stated = partitions.map(({ partition }) => transactions.get(positionId(topic, partition)) ?? null)
  const statedSeen = transactions.get(seenId(topic)) ?? null
  const own = stated.map(offset => offset ?? -1)
  const isForeign = await hasForeignRows(table, statedSeen ?? -1, version)
  const present = isForeign ? await offsetsBehind(table, snapshot, own) : null
  // A table that begins now begins with what there is.
  const begins = partitions.map(({ start }, partition) => stated[partition] ?? start - 1)
  const positions = begins.map((begin, partition) => present?.[partition]?.endAfter(begin) ?? begin)
  for (const { partition, end } of partitions) {
    const position = Math.max(positions[partition] as number, present?.[partition]?.last ?? -1)
    if (position < end) continue
    throw new CodedError(
      'LOG_BEHIND_TABLE',
      `Table ${table.name} has offset ${position} of ${topic}/${partition}, which ends at ${end}: it was filled from another log. ` +
        'The log that it was filled from, or another place for the lake, wanted.',
    )
  }
  const isOpen = present?.some(({ last }, partition) => last > (positions[partition] as number)) ?? false
  return {
    version,
    stated,
    reached: positions.map((position, p) => (position === begins[p] ? (stated[p] ?? null) : position)),
    positions,
    present: isOpen ? present : null,
    statedSeen,
  }
}
