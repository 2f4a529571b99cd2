import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { PortError } from '#ports/port-error.ts'
import type { TopicSettings, TopicStore } from '../core/partition-store.ts'
import { syncDirectory } from './atomic-file.ts'
import type { FileCalls } from './durable-file.ts'
import { openPartitionLog, type PartitionLog } from './partition-log.ts'
import type { ReadHandles } from './read-handles.ts'
import { createRecentRing } from './recent-ring.ts'
import { type Repair, recoverSegments } from './recover-segments.ts'

const MIN_SEGMENT_BYTES = 4 * 1024
/** A compacted partition is rewritten once it has grown by this much and has at least doubled. */
const MIN_DIRTY_BYTES = 64 * 1024

export interface SegmentTopicOptions {
  directory: string
  settings: TopicSettings
  now: () => number
  /** Bytes of recent records that a topic keeps in memory. */
  ringBytes: number
  maxSegmentBytes: number
  handles: ReadHandles
  calls: FileCalls
  onRepair: (repair: Repair) => void
  onCorrupt: (error: PortError) => void
  /** Makes new settings durable. */
  save: (settings: TopicSettings) => Promise<void>
}

export interface SegmentTopic extends TopicStore {
  close(): Promise<void>
}

/** Opens or creates a topic: one directory with a directory for each partition. */
export const openSegmentTopic = async (options: SegmentTopicOptions): Promise<SegmentTopic> => {
  const { directory, now, ringBytes, maxSegmentBytes, save } = options
  let settings = options.settings
  const { name: topic, partitions: count } = settings
  const ring = createRecentRing(count, ringBytes)
  // A window of n bytes is dropped in steps of a quarter at most.
  const segmentBytes = () =>
    Math.min(maxSegmentBytes, Math.max(MIN_SEGMENT_BYTES, Math.floor(settings.retentionBytes / (4 * count))))

  await mkdir(directory, { recursive: true })
  const openPartition = async (partition: number): Promise<PartitionLog> => {
    const place = { ...options, topic, partition, directory: join(directory, String(partition)) }
    const segments = await recoverSegments(place)
    const onDurable: TopicStore['onDurable'] = (...durable) => {
      store.onDurable(...durable)
      if (settings.compacted) maybeCompact(partition)
    }
    return openPartitionLog({ ...place, segments, settings: () => settings, segmentBytes, ring, onDurable })
  }
  const partitions = await Promise.all(
    Array.from({ length: count }, (_, partition) => openPartition(partition)),
  )
  await syncDirectory(directory)

  const background = new Map<number, Promise<void>>()
  let closing = false
  /** Runs one piece of upkeep per partition at a time. */
  const upkeep = (partition: number, work: () => Promise<void>) => {
    if (closing || background.has(partition)) return
    const done = work()
      .catch(error => process.emitWarning(error instanceof Error ? error : String(error)))
      .then(() => void background.delete(partition))
    background.set(partition, done)
  }
  const maybeCompact = (partition: number) => {
    const log = partitions[partition]!
    const clean = log.segments[0]!.compactedTo === null ? 0 : log.segments[0]!.bytes
    if (log.bytes - clean > Math.max(MIN_DIRTY_BYTES, clean)) upkeep(partition, log.compact)
  }

  const dropByTime = (cutoff: number) => {
    for (const [partition, log] of partitions.entries()) {
      while (log.segments.length > 1 && log.segments[0]!.maxTimestamp < cutoff) log.dropOldest()
      const [first] = log.segments
      if (first!.bytes > 0 && first!.maxTimestamp < cutoff) {
        upkeep(partition, async () => {
          await log.roll()
          if (log.segments[0] === first && log.segments[0]!.maxTimestamp < cutoff) log.dropOldest()
        })
      }
    }
  }
  const dropBySize = () => {
    let bytes = partitions.reduce((sum, log) => sum + log.bytes, 0)
    while (bytes > settings.retentionBytes) {
      const droppable = partitions.filter(log => log.segments.length > 1)
      if (droppable.length === 0) return
      const oldest = droppable.reduce((a, b) =>
        b.segments[0]!.maxTimestamp < a.segments[0]!.maxTimestamp ? b : a,
      )
      bytes -= oldest.segments[0]!.bytes
      oldest.dropOldest()
    }
  }

  const store: SegmentTopic = {
    get settings() {
      return settings
    },
    partitions,
    onDurable() {},
    async configure(wanted) {
      if (JSON.stringify(wanted) === JSON.stringify(settings)) return
      await save(wanted)
      settings = wanted
    },
    enforceRetention() {
      if (settings.compacted) return
      if (settings.retentionMs !== null) dropByTime(now() - settings.retentionMs)
      dropBySize()
    },
    async close() {
      closing = true
      await Promise.all(background.values())
      await Promise.all(partitions.map(log => log.close()))
    },
  }
  return store
}
