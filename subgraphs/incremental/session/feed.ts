import type { EventLog, Gap, LogRecord, Offsets } from '#ports/event-log.ts'
import { EVENT, type Item, LABEL } from './packed-items.ts'

export interface Feed {
  /** The next items in the order in which they count, as soon as there is one; null once the signal aborts. */
  next(maxItems: number): Promise<Item[] | null>
}

interface Source {
  kind: Item['kind']
  queue: LogRecord[]
  /** Items of the queue already taken. */
  at: number
  ended: boolean
  resume: (() => void) | null
}

/** Records read ahead per topic; the reader waits beyond it. */
const READ_AHEAD = 4000

/**
 * Merges the events and labels of a use case as they were appended: a label never overtakes an event that was in the log
 * before it. Between two events labels are ordered by partition, as they are when the order log is replayed.
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
  const events = open(EVENT)
  const labelled = open(LABEL)
  let wake: (() => void) | null = null
  let failure: unknown
  const position = [...source]
  // Until the events that were in the log at the start are through, labels wait for theirs.
  let backlog: Promise<readonly number[]> | readonly number[] = log
    .topics([eventsTopic])
    .then(([topic]) => (topic ? topic.partitions.map(partition => partition.end) : []))

  read(events, eventsTopic, source)
  if (labelsTopic) read(labelled, labelsTopic, labels)
  else labelled.ended = true
  signal.addEventListener('abort', notify, { once: true })

  function notify(): void {
    wake?.()
    wake = null
  }

  async function read(into: Source, topic: string, from: Offsets): Promise<void> {
    try {
      for await (const { records, gaps } of log.follow(topic, { from, signal })) {
        for (const gap of gaps) onGap(topic, gap)
        for (const gap of gaps)
          if (into === events) position[gap.partition] = Math.max(position[gap.partition] ?? 0, gap.to)
        for (const record of records) into.queue.push(record)
        notify()
        if (into.queue.length - into.at > READ_AHEAD)
          await new Promise<void>(resolve => (into.resume = resolve))
        if (signal.aborted) break
      }
    } catch (error) {
      if (!signal.aborted) failure = error
    } finally {
      into.ended = true
      notify()
    }
  }

  function head(of: Source): LogRecord | undefined {
    return of.queue[of.at]
  }

  function take(of: Source): LogRecord {
    const record = of.queue[of.at++] as LogRecord
    if (of.at === of.queue.length) {
      of.queue = []
      of.at = 0
    }
    if (of.resume && of.queue.length - of.at < READ_AHEAD / 2) {
      of.resume()
      of.resume = null
    }
    return record
  }

  function caughtUp(ends: readonly number[]): boolean {
    return ends.every((end, partition) => (position[partition] ?? 0) >= end)
  }

  function drain(maxItems: number, labelsFree: boolean): Item[] {
    const items: Item[] = []
    let runStart = 0
    while (items.length < maxItems) {
      const event = head(events)
      const label = head(labelled)
      if (label && (event ? label.timestamp < event.timestamp : labelsFree)) {
        items.push({ kind: LABEL, record: take(labelled) })
      } else if (event) {
        sortRun(items, runStart)
        items.push({ kind: EVENT, record: take(events) })
        position[event.partition] = event.offset + 1
        runStart = items.length
      } else break
    }
    sortRun(items, runStart)
    return items
  }

  return {
    async next(maxItems) {
      for (;;) {
        if (failure) throw failure
        if (signal.aborted) return null
        const ends = await backlog
        backlog = ends
        const items = drain(maxItems, caughtUp(ends))
        if (items.length > 0) return items
        if (events.ended && !signal.aborted) throw failure ?? new Error(`The reader of ${eventsTopic} ended.`)
        await new Promise<void>(resolve => (wake = resolve))
      }
    },
  }
}

function open(kind: Item['kind']): Source {
  return { kind, queue: [], at: 0, ended: false, resume: null }
}

/** Sorts the labels from `start` on by partition; within one, offsets already grow. */
function sortRun(items: Item[], start: number): void {
  if (items.length - start < 2) return
  const run = items.splice(start)
  run.sort((a, b) => a.record.partition - b.record.partition || a.record.offset - b.record.offset)
  items.push(...run)
}
