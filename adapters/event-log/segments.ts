import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventLog } from '#ports/event-log.ts'
import type { PortError } from '#ports/port-error.ts'
import { createEventLog } from './core/create-event-log.ts'
import type { LogStorage, TopicSettings } from './core/partition-store.ts'
import { syncDirectory } from './segments/atomic-file.ts'
import { type FileCalls, realFileCalls } from './segments/durable-file.ts'
import { openGroupOffsets } from './segments/group-offsets.ts'
import { createReadHandles } from './segments/read-handles.ts'
import type { Repair } from './segments/recover-segments.ts'
import { openSegmentTopic, type SegmentTopic } from './segments/segment-topic.ts'
import { openTopicCatalog } from './segments/topic-catalog.ts'

/** Bytes of recent records kept in memory for each topic. */
const RING_BYTES = 512 * 1024
const MAX_SEGMENT_BYTES = 16 * 1024 ** 2
/** How often topics that nobody writes to are checked for records past their retention. */
const RETENTION_CHECK_MS = 30_000

export interface SegmentEventLogOptions {
  /** Must belong to this process alone: see `openDataDirectory`. */
  directory: string
  now?: () => number
  memberLeaseMs?: number
  ringBytes?: number
  /** Size at which a new segment is started; topics with a small retention use smaller ones. */
  maxSegmentBytes?: number
  /** Told of every torn end that was cut off while opening. */
  onRepair?: (repair: Repair) => void
  /** Told of damage that readers pass as a gap; the error has code `LOG_CORRUPT`. */
  onCorrupt?: (error: PortError) => void
  calls?: FileCalls
}

/**
 * Opens the durable event log of one process: `<directory>/<topic>/<partition>/<base offset>.log`, see
 * `segments/batch-frame.ts` for the format.
 */
export const openSegmentEventLog = async (options: SegmentEventLogOptions): Promise<EventLog> => {
  const {
    directory,
    now = Date.now,
    memberLeaseMs,
    ringBytes = RING_BYTES,
    maxSegmentBytes = MAX_SEGMENT_BYTES,
    calls = realFileCalls,
  } = options
  const { onRepair = warnOfRepair, onCorrupt = error => process.emitWarning(error) } = options
  await mkdir(directory, { recursive: true })
  // No topic can have a name with '@'.
  const catalog = await openTopicCatalog(join(directory, '@topics.json'))
  const offsets = await openGroupOffsets(join(directory, '@groups.json'))
  const handles = createReadHandles()
  const topics: SegmentTopic[] = []

  const openTopic = async (settings: TopicSettings): Promise<SegmentTopic> => {
    const topic = await openSegmentTopic({
      directory: join(directory, settings.name),
      settings,
      now,
      ringBytes,
      maxSegmentBytes,
      handles,
      calls,
      onRepair,
      onCorrupt: reportOnce(onCorrupt),
      save: catalog.put,
    })
    topics.push(topic)
    return topic
  }
  await Promise.all([...catalog.topics.values()].map(openTopic))

  const timer = setInterval(() => {
    for (const topic of topics) topic.enforceRetention()
  }, RETENTION_CHECK_MS)
  timer.unref()

  const storage: LogStorage = {
    async createTopic(settings) {
      const topic = await openTopic(settings)
      await syncDirectory(directory)
      await catalog.put(settings)
      return topic
    },
    committed: offsets.committed,
    commit: offsets.commit,
    committedGroups: offsets.groups,
    async close() {
      clearInterval(timer)
      await Promise.all(topics.map(topic => topic.close()))
      await handles.close()
    },
  }
  return createEventLog({
    storage,
    topics: [...topics],
    now,
    ...(memberLeaseMs === undefined ? {} : { memberLeaseMs }),
  })
}

/** Every reader meets the same damage; it is reported once. */
const reportOnce = (report: (error: PortError) => void) => {
  const seen = new Set<string>()
  return (error: PortError) => {
    const place = `${error.details.file}:${error.details.position}`
    if (seen.has(place)) return
    seen.add(place)
    report(error)
  }
}

const warnOfRepair = ({ topic, partition, offset, bytes, file }: Repair): void =>
  process.emitWarning(
    `Cut ${bytes} torn bytes off ${file}; ${topic}/${partition} goes on at offset ${offset}.`,
  )
