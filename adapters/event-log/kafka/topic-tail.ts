import type { LogRecord } from '#ports/event-log.ts'
import { isolated } from '../../isolated.ts'
import type { FetchHub } from './fetch-hub.ts'
import { readSources } from './read-sources.ts'
import type { Watermarks } from './list-offsets.ts'

/** The live records of one topic for all its listeners, by one reader. */
export interface TopicTail {
  /** Hears records from `floors` on. */
  listen(listener: (records: readonly LogRecord[]) => void, floors: readonly Watermarks[]): Disposable
}

export interface TopicTailOptions {
  hub: FetchHub
  /** As the cluster names it. */
  topic: string
  closed: AbortSignal
  /** A listener cannot be told of a gap or of the reader's end. */
  onNotice: (level: 'warn' | 'error', message: string) => void
}

interface Listener {
  call: (records: readonly LogRecord[]) => void
  /** Partitions with records in sight that came before the listener, and where its own begin. */
  floors: Map<number, number>
}

const MAX_RECORDS = 1000

export const createTopicTail = ({ hub, topic, closed, onNotice }: TopicTailOptions): TopicTail => {
  const listeners = new Set<Listener>()
  let reading: AbortController | null = null

  const read = async (floors: readonly Watermarks[], signal: AbortSignal) => {
    const ranges = floors.map(({ start, end }, partition) => ({ partition, from: end, start, end }))
    const batches = readSources({
      hub,
      topic,
      ranges: Promise.resolve(ranges),
      maxRecords: MAX_RECORDS,
      signals: [signal, closed],
    })
    for await (const { records, gaps } of batches) {
      for (const { partition, from, to } of gaps)
        onNotice(
          'warn',
          `Kafka, tail of ${topic} ${partition}: retention has taken offsets ${from} to ${to}.`,
        )
      const [first] = records
      if (!first) continue
      for (const { call, floors } of listeners) {
        const floor = floors.get(first.partition)
        const own = floor === undefined ? records : records.filter(({ offset }) => offset >= floor)
        if (floor !== undefined && records.at(-1)!.offset >= floor) floors.delete(first.partition)
        if (own.length > 0) call(own)
      }
    }
  }

  return {
    listen(call, floors) {
      const listener: Listener = {
        call: isolated(call),
        floors: new Map(floors.map(({ end }, partition) => [partition, end])),
      }
      listeners.add(listener)
      if (!reading) {
        const own = new AbortController()
        reading = own
        read(floors, own.signal).catch((error: unknown) => {
          if (reading === own) reading = null
          onNotice(
            'error',
            `Kafka, tail of ${topic}: ${error instanceof Error ? error.message : String(error)}`,
          )
        })
      }
      return {
        [Symbol.dispose]() {
          listeners.delete(listener)
          if (listeners.size > 0) return
          reading?.abort()
          reading = null
        },
      }
    },
  }
}
