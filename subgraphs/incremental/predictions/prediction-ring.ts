import type { LogRecord } from '#ports/event-log.ts'
import { type OrderRecord, parseOrderRecord, type PredictionRecord } from '../session/order-record.ts'

export interface RingEntry {
  readonly partition: number
  readonly offset: number
  /** Parsed when first asked for; null for a record that is no prediction. */
  readonly record: PredictionRecord | null
  /** Of the trace that its event belongs to, if any. */
  readonly traceparent: string | undefined
  label: number | undefined
}

export interface PredictionRing {
  push(record: LogRecord): RingEntry
  find(session: string, seq: number): RingEntry | undefined
  /** Newest first. */
  newest(count: number): RingEntry[]
}

/** Bytes of records kept at most, beside the newest one: events can be large. */
const MAX_BYTES = 16 * 1024 * 1024

/** The newest predictions of a use case, parsed only if somebody looks. */
export function createPredictionRing(capacity = 2000, maxBytes = MAX_BYTES): PredictionRing {
  const entries: (RingEntry | undefined)[] = new Array(capacity)
  const sizes = new Uint32Array(capacity)
  let count = 0
  let held = 0
  let bytes = 0

  function at(age: number): RingEntry | undefined {
    return age < held ? entries[(count - 1 - age) % capacity] : undefined
  }

  function dropOldest(): void {
    const slot = (count - held) % capacity
    bytes -= sizes[slot] as number
    entries[slot] = undefined
    held--
  }

  return {
    push(record) {
      const entry = lazyEntry(record)
      const size = record.value.length
      while (held > 0 && (held === capacity || bytes + size > maxBytes)) dropOldest()
      const slot = count++ % capacity
      entries[slot] = entry
      sizes[slot] = size
      bytes += size
      held++
      return entry
    },
    find(session, seq) {
      // Sequence numbers fall with age, so the distance to the newest tells where to look first.
      for (let age = 0; age < capacity; age++) {
        const entry = at(age)
        if (!entry) return undefined
        const { record } = entry
        if (record?.session !== session) continue
        if (record.seq === seq) return entry
        if (record.seq < seq) return undefined
        age += Math.max(0, record.seq - seq - 1)
      }
      return undefined
    },
    newest(wanted) {
      const found: RingEntry[] = []
      for (let age = 0; found.length < wanted; age++) {
        const entry = at(age)
        if (!entry) break
        if (entry.record) found.push(entry)
      }
      return found
    },
  }
}

function lazyEntry({ partition, offset, value, headers }: LogRecord): RingEntry {
  // A view into the log's buffer would keep all of it alive.
  let bytes: Uint8Array | null = value.slice()
  let parsed: OrderRecord | undefined
  return {
    partition,
    offset,
    traceparent: headers['traceparent'],
    label: undefined,
    get record() {
      if (bytes) {
        parsed = parseOrderRecord(bytes)
        bytes = null
      }
      return parsed?.kind === 'prediction' ? parsed : null
    },
  }
}
