import type { Gap, LogRecord, TopicSpec } from '#ports/event-log.ts'

/** A topic's settings with the defaults filled in; null retention means unlimited. */
export type TopicSettings = Required<Omit<TopicSpec, 'retentionMs'>> & { retentionMs: number | null }

/** A record that has passed validation, on its way into a store. The store copies what it keeps. */
export interface PreparedRecord {
  key: Uint8Array | null
  value: Uint8Array | string
  headers: Readonly<Record<string, string>> | undefined
  timestamp: number
}

/** What an engine must offer for one partition; everything else of the port is built on top, in `core/`. */
export interface PartitionStore {
  /** Low watermark. */
  readonly start: number
  /** Offset after the last durable record. */
  readonly end: number
  readonly bytes: number
  /** Queues the records in call order; resolves with the first of their consecutive offsets once all are durable. */
  append(records: readonly PreparedRecord[]): Promise<number>
  cursor(from: number): PartitionCursor
}

/** A forward reader of one partition. One call at a time. */
export interface PartitionCursor {
  /** The offset that is read next. */
  readonly position: number
  /** Up to `maxRecords` durable records below `to`. Nothing at all means that `position` has reached `to` or the end. */
  next(to: number, maxRecords: number): Promise<CursorBatch>
}

export interface CursorBatch {
  records: readonly LogRecord[]
  gaps: readonly Gap[]
}

/** Called in offset order after records became durable; `records` decodes them on first use. */
export type OnDurable = (partition: number, records: () => readonly LogRecord[]) => void

export interface TopicStore {
  readonly settings: TopicSettings
  readonly partitions: readonly PartitionStore[]
  /** Set by the log that owns the store. */
  onDurable: OnDurable
  /** Changes retention; the partition count is fixed for good. */
  configure(settings: TopicSettings): Promise<void>
  /** Drops what has outlived the topic's retention. */
  enforceRetention(): void
}

/** Committed offsets: `null` for a partition that the group never committed. */
export type CommittedOffsets = readonly (number | null)[]

export interface LogStorage {
  createTopic(settings: TopicSettings): Promise<TopicStore>
  committed(topic: string, group: string): CommittedOffsets | undefined
  commit(topic: string, group: string, offsets: CommittedOffsets): Promise<void>
  committedGroups(topic: string): Iterable<string>
  /** Finishes pending appends, then releases everything. */
  close(): Promise<void>
}
