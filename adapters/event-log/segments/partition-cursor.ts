import type { Gap, LogRecord } from '#ports/event-log.ts'
import { PortError } from '#ports/port-error.ts'
import type { PartitionCursor } from '../core/partition-store.ts'
import { decodeFrame } from './decode-frame.ts'
import { createFrameReader, type Damage, type FrameReader } from './frame-reader.ts'
import type { PartitionLog } from './partition-log.ts'
import type { ReadHandles } from './read-handles.ts'
import type { RecentRing } from './recent-ring.ts'
import { positionOf, type Segment } from './segment.ts'

export interface PartitionCursorOptions {
  topic: string
  partition: number
  log: PartitionLog
  ring: RecentRing
  handles: ReadHandles
  /** Changes when segments were replaced, not just dropped. */
  generation: () => number
  onCorrupt: (error: PortError) => void
}

/** Reads a partition forward: old offsets from the segment files, recent ones from the ring. */
export const createPartitionCursor = (options: PartitionCursorOptions, from: number): PartitionCursor => {
  const { topic, partition, log, ring, handles, generation, onCorrupt } = options
  let position = from
  let reader: FrameReader | null = null
  let segment: Segment | null = null
  let seen = generation()
  /** Damage passed since the last intact frame: only the next frame tells which offsets are gone. */
  let damage: Damage | null = null

  const openReader = (): FrameReader => {
    const found = log.segments.findLast(({ base }) => base <= position)!
    segment = found
    seen = generation()
    damage = null
    const read = (buffer: Buffer, at: number, length: number) => handles.read(found.path, buffer, at, length)
    return createFrameReader(read, positionOf(found, position), () => found.bytes)
  }

  const fill = async (active: FrameReader) => {
    try {
      await active.fill()
    } catch (cause) {
      // Retention or compaction may have taken the file away meanwhile: the next round finds the new place.
      reader = null
      if (position < log.start || seen !== generation()) return
      throw corrupt(`can't be read`, 0, cause)
    }
  }

  const corrupt = (what: string, at: number, cause?: unknown): PortError =>
    new PortError(
      'LOG_CORRUPT',
      `Offset ${position} of ${topic}/${partition} ${what} at byte ${at} of ${segment!.path}.`,
      {
        cause,
        details: { topic, partition, offset: position, file: segment!.path, position: at },
      },
    )

  /** Moves on to `offset`; what damage has taken in between is a gap, other holes are not. */
  const moveTo = (offset: number, gaps: Gap[]) => {
    if (damage && offset > position) {
      onCorrupt(corrupt('is damaged', damage.position))
      gaps.push({ partition, from: position, to: offset })
    }
    damage = null
    position = Math.max(position, offset)
  }

  const next = async (to: number, maxRecords: number) => {
    const gaps: Gap[] = []
    const records: LogRecord[] = []
    while (records.length < maxRecords) {
      const limit = Math.min(to, log.end)
      if (position >= limit) break
      if (position < log.start) {
        if (records.length > 0) break
        const end = Math.min(log.start, limit)
        gaps.push({ partition, from: position, to: end })
        position = end
        reader = null
        continue
      }
      if (position >= ring.start(partition)) {
        if (records.length > 0) break
        reader = null
        const recent = ring.read({ topic, partition, from: position, to: limit, maxRecords })
        position = recent.at(-1)!.offset + 1
        return { records: recent, gaps }
      }
      if (seen !== generation()) reader = null
      reader ??= openReader()
      const found = reader.peek()
      if (found === undefined) {
        if (records.length > 0) break
        await fill(reader)
      } else if (found === null) {
        if (damage && records.length > 0) break
        const following = log.segments.find(({ base }) => base > segment!.base)
        moveTo(Math.min(following?.base ?? limit, limit), gaps)
        reader = null
      } else if ('damaged' in found) {
        if (records.length > 0) break
        damage ??= found
        reader.advance()
      } else {
        const { firstOffset, lastOffset } = found.header
        moveTo(Math.min(firstOffset, limit), gaps)
        decodeFrame(records, found.buffer, found.at, found.header, {
          topic,
          partition,
          from: position,
          to: limit,
          maxRecords,
        })
        if (records.length >= maxRecords) position = records.at(-1)!.offset + 1
        else position = Math.max(position, Math.min(lastOffset + 1, limit))
        if (position > lastOffset) reader.advance()
      }
    }
    return { records, gaps }
  }

  return {
    get position() {
      return position
    },
    next,
  }
}
