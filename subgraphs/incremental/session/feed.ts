import type { EventLog, Gap, Offsets } from '#ports/event-log.ts'
import { onlyPartition } from '../only-partition.ts'
import { endOfRecords } from './end-of-records.ts'
import { EVENT, type Item, LABEL } from './packed-items.ts'
import { createPartitionReader, type PartitionReader } from './partition-reader.ts'

export interface Feed {
  /** The next items in the order in which they count, as soon as there is one; null once the signal aborts. */
  next(maxItems: number): Promise<Item[] | null>
}

/**
 * Merges the events and labels of a use case as they were appended: by time, events before labels of the same time, then
 * by partition. What was in the log at the start is merged completely, so that two runs over one log read it alike; after
 * that whatever arrives is taken at once. Between two events labels are ordered by partition, as when the order log is
 * replayed.
 */
export function createFeed({
  log,
  eventsTopic,
  labelsTopic,
  source,
  labels,
  signal,
  onGap,
}: {
  log: EventLog
  eventsTopic: string
  /** Null for a use case without labels. */
  labelsTopic: string | null
  source: Offsets
  labels: Offsets
  signal: AbortSignal
  onGap: (topic: string, gap: Gap) => void
}): Feed {
  let wake: (() => void) | null = null
  const notify = () => {
    wake?.()
    wake = null
  }
  signal.addEventListener('abort', notify, { once: true })

  function open(kind: Item['kind'], topic: string, from: Offsets): PartitionReader[] {
    return from.map((offset, partition) =>
      createPartitionReader({
        kind,
        partition,
        position: offset,
        records: log.follow(topic, {
          from: onlyPartition(from.length, partition, offset),
          partitions: [partition],
          signal,
        }),
        signal,
        onArrival: notify,
        onGap: gap => onGap(topic, gap),
      }),
    )
  }

  const readers = [
    ...open(EVENT, eventsTopic, source),
    ...(labelsTopic ? open(LABEL, labelsTopic, labels) : []),
  ]
  let backlog: Promise<void> | null = markBacklog().then(() => {
    backlog = null
  })
  // Whoever asks for items hears of it; a feed that is stopped before has nobody who does.
  backlog.catch(() => {})

  async function markBacklog(): Promise<void> {
    const infos = await log.topics(labelsTopic ? [eventsTopic, labelsTopic] : [eventsTopic])
    await Promise.all(
      readers.map(async reader => {
        const { kind, partition } = reader
        const [topic, from] = kind === EVENT ? [eventsTopic, source] : [labelsTopic as string, labels]
        const end = infos.find(({ name }) => name === topic)?.partitions[partition]?.end ?? 0
        reader.backlogEnd = await endOfRecords({
          log,
          topic,
          partitions: from.length,
          partition,
          from: from[partition] as number,
          end,
        })
      }),
    )
  }

  /** The reader whose head counts next; null while one that is still in its backlog has nothing yet. */
  function earliest(): PartitionReader | null {
    let first: PartitionReader | null = null
    for (const reader of readers) {
      if (reader.head === undefined) {
        if (reader.position < reader.backlogEnd) return null
        continue
      }
      // Readers stand in the order of ties: events before labels, then by partition.
      if (first?.head === undefined || reader.head.timestamp < first.head.timestamp) first = reader
    }
    return first
  }

  function drain(maxItems: number): Item[] {
    const items: Item[] = []
    let runStart = 0
    while (items.length < maxItems) {
      const reader = earliest()
      if (!reader) break
      if (reader.kind === EVENT) sortRun(items, runStart)
      items.push({ kind: reader.kind, record: reader.take() })
      if (reader.kind === EVENT) runStart = items.length
    }
    sortRun(items, runStart)
    return items
  }

  return {
    async next(maxItems) {
      if (backlog) await backlog
      for (;;) {
        for (const { failure } of readers) if (failure && !signal.aborted) throw failure
        if (signal.aborted) return null
        const items = drain(maxItems)
        if (items.length > 0) return items
        await new Promise<void>(resolve => (wake = resolve))
      }
    },
  }
}

/** Sorts the labels from `start` on by partition; within one, offsets already grow. */
function sortRun(items: Item[], start: number): void {
  if (items.length - start < 2) return
  const run = items.splice(start)
  run.sort((a, b) => a.record.partition - b.record.partition || a.record.offset - b.record.offset)
  items.push(...run)
}
