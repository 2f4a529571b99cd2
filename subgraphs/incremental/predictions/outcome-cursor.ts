import type { TopicInfo } from '#ports/event-log.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'

/** Where a reader of `<topic>.outcomes` stands: a record holds several outcomes, and it may be amid one. */
export interface OutcomePosition {
  /** Next offset of every partition. */
  offsets: readonly number[]
  /** Outcomes that are through of the record at the next offset of a partition. */
  partly: { partition: number; rows: number } | null
}

/** Opaque position in the outcomes of one platform: a cursor, with partition and rows behind it where it is amid a record. */
export function encodeOutcomeCursor(
  platform: string,
  topic: string,
  { offsets, partly }: OutcomePosition,
): string {
  const cursor = encodeCursor(platform, topic, offsets)
  return partly ? `${cursor}.${partly.partition}.${partly.rows}` : cursor
}

/**
 * Reads a cursor of this platform and topic.
 * @throws CodedError `INVALID_CURSOR` when it is damaged, of another topic or platform, or ahead of the log.
 */
export function decodeOutcomeCursor(cursor: string, platform: string, info: TopicInfo): OutcomePosition {
  const [text = '', ...amid] = cursor.split('.')
  const offsets = decodeCursor(text, platform, info)
  if (amid.length === 0) return { offsets, partly: null }
  const [partition = -1, rows = 0] = amid.map(part => (/^\d{1,9}$/.test(part) ? Number(part) : -1))
  const end = info.partitions[partition]?.end ?? 0
  if (amid.length !== 2 || rows < 1 || (offsets[partition] ?? end) >= end) {
    const shown = cursor.slice(0, 80)
    throw new CodedError('INVALID_CURSOR', `"${shown}" given, a cursor of an earlier message wanted.`)
  }
  return { offsets, partly: { partition, rows } }
}
