import type { PortError } from '#ports/port-error.ts'
import type { OnDurable, PartitionStore, TopicSettings } from '../core/partition-store.ts'
import { syncDirectory } from './atomic-file.ts'
import { compactSegments } from './compact-segments.ts'
import { type DurableFile, type FileCalls, openDurableFile, writeFailed } from './durable-file.ts'
import { type EncodedBatch, encodeBatch, sealBatch } from './encode-batch.ts'
import { createGroupCommit } from './group-commit.ts'
import { createPartitionCursor } from './partition-cursor.ts'
import type { ReadHandles } from './read-handles.ts'
import { decodeBatch, type RecentRing } from './recent-ring.ts'
import { addFrame, createSegment, type Segment } from './segment.ts'
import { removeSegment, saveSegmentIndex } from './segment-index-file.ts'
import { serially } from '../../serially.ts'

/** The active segment's index is saved each time it has grown by this much, so that a restart scans no more than that. */
const INDEX_SAVE_BYTES = 4 * 1024 ** 2

export interface PartitionLogOptions {
  topic: string
  partition: number
  directory: string
  /** From `recoverSegments`: at least one, the last being the one to append to. */
  segments: Segment[]
  settings: () => TopicSettings
  segmentBytes: () => number
  now: () => number
  ring: RecentRing
  handles: ReadHandles
  calls: FileCalls
  onDurable: OnDurable
  onCorrupt: (error: PortError) => void
}

/** One partition in segment files. */
export interface PartitionLog extends PartitionStore {
  readonly segments: readonly Segment[]
  /** Drops the oldest segment; never the one that is appended to. */
  dropOldest(): void
  /** Starts a new segment, so that the current one can be dropped. */
  roll(): Promise<void>
  /** Rewrites what is sealed with only the newest record of each key. */
  compact(): Promise<void>
  close(): Promise<void>
}

export const openPartitionLog = async (options: PartitionLogOptions): Promise<PartitionLog> => {
  const { topic, partition, directory, settings, segmentBytes, now, ring, handles, calls, onDurable } =
    options
  let { segments } = options
  let active = segments.at(-1)!
  let file: DurableFile = await openDurableFile(active.path, active.bytes, calls)
  await syncDirectory(directory)
  let end = active.end
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
  let generation = 0
  let indexedBytes = active.bytes
  const exclusively = serially()
  const background = new Set<Promise<void>>()

  const inBackground = (work: Promise<void>) => {
    const done: Promise<void> = work
      .catch(error => process.emitWarning(error instanceof Error ? error : String(error)))
      .finally(() => background.delete(done))
    background.add(done)
  }

  const rollNow = async () => {
    if (active.bytes === 0) return
    const next = createSegment(directory, end)
    const nextFile = await openDurableFile(next.path, 0, calls)
    try {
      await syncDirectory(directory)
    } catch (error) {
      await nextFile.close()
      throw error
    }
    const [sealed, sealedFile] = [active, file]
    segments = [...segments, next]
    active = next
    file = nextFile
    indexedBytes = 0
    inBackground(Promise.all([sealedFile.close(), saveSegmentIndex(sealed)]).then(() => {}))
  }

  const isFull = (): boolean => {
    const { retentionMs } = settings()
    if (active.bytes >= segmentBytes()) return true
    // A slow topic must not keep old records only because new ones share their file.
    return retentionMs !== null && active.maxTimestamp - active.minTimestamp > retentionMs / 4
  }

  const commit = async (batches: readonly EncodedBatch[]): Promise<number> => {
    if (isFull()) {
      await rollNow().catch(cause => {
        throw writeFailed(directory, cause)
      })
    }
    const first = end
    let offset = first
    for (const batch of batches) {
      sealBatch(batch, offset)
      offset += batch.count
    }
    await file.append(batches.map(({ buffer }) => buffer))
    offset = first
    for (const batch of batches) {
      publish(batch, offset)
      offset += batch.count
    }
    if (active.bytes - indexedBytes >= INDEX_SAVE_BYTES) {
      indexedBytes = active.bytes
      inBackground(saveSegmentIndex(active))
    }
    return first
  }

  const publish = (batch: EncodedBatch, offset: number) => {
    const start = active.bytes
    for (const { at, size, delta, lastDelta } of batch.frames) {
      const [firstOffset, lastOffset] = [offset + delta, offset + lastDelta]
      addFrame(active, {
        position: start + at,
        size,
        firstOffset,
        lastOffset,
        maxTimestamp: batch.maxTimestamp,
      })
    }
    bytes += batch.buffer.length
    end = offset + batch.count
    ring.add(partition, batch, offset)
    onDurable(partition, () => {
      const range = { topic, partition, from: offset, to: offset + batch.count, maxRecords: batch.count }
      return decodeBatch([], batch, range)
    })
  }

  const commits = createGroupCommit(batches => exclusively(() => commit(batches)))

  const forget = (dropped: readonly Segment[]) => {
    // Whatever is still being written for these segments must not come after their removal.
    const before = Promise.all(background)
    for (const segment of dropped) {
      handles.forget(segment.path)
      inBackground(before.then(() => removeSegment(segment)))
    }
  }

  const log: PartitionLog = {
    get start() {
      return segments[0]!.base
    },
    get end() {
      return end
    },
    get bytes() {
      return bytes
    },
    get segments() {
      return segments
    },
    append: records => commits.append(encodeBatch(records)),
    cursor: from => createPartitionCursor({ ...options, log, generation: () => generation }, from),

    dropOldest() {
      const oldest = segments[0]!
      if (oldest === active) return
      segments = segments.slice(1)
      bytes -= oldest.bytes
      forget([oldest])
    },

    roll: () => exclusively(rollNow),

    async compact() {
      await exclusively(rollNow)
      const sealed = segments.slice(0, -1)
      if (sealed.length === 0) return
      const compacted = await compactSegments({ ...options, sealed, now: now() })
      segments = [compacted, ...segments.slice(sealed.length)]
      bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0)
      generation += 1
      ring.forget(partition, compacted.end)
      forget(sealed)
    },

    async close() {
      await commits.drain()
      await exclusively(async () => {})
      await Promise.all(background)
      // Without an index the next start scans the segment, so a disk that is full must not make closing fail.
      await saveSegmentIndex(active).catch(() => {})
      await file.close()
    },
  }
  return log
}
