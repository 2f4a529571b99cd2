/**
 * The event log: topics of ordered partitions, as Apache Kafka defines them. Offsets grow but may have holes
 * (transactions, compaction); a reader measures a gap against the low watermark, never as offset + 1.
 * Every adapter passes `ports/event-log.contract.ts`.
 */
export interface EventLog extends AsyncDisposable {
  /** Creates what is missing; an existing topic keeps its partitions. Throws `TOPIC_MISMATCH` when the partition counts differ. */
  createTopics(specs: readonly TopicSpec[]): Promise<void>
  /** Appends a batch and resolves once every record of it is durable, in the order given. Records with a key go to the
   * partition that Kafka's Java client would choose (murmur2), others round-robin; `partition` overrides both. */
  append(
    topic: string,
    records: readonly NewRecord[],
    options?: AppendOptions,
  ): Promise<readonly RecordPosition[]>
  /** Bounded catch-up read of all or some partitions: from `from` up to the end as it stood at the call (or `to`, exclusive). */
  read(topic: string, options: ReadOptions): AsyncIterable<RecordBatch>
  /** Unbounded read of all partitions: the past from `from`, then whatever arrives, until the signal aborts. */
  follow(topic: string, options: FollowOptions): AsyncIterable<RecordBatch>
  /** Live records from now on, out of one shared reader per topic and process. A slow listener never delays another. */
  tail(topic: string, listener: (records: readonly LogRecord[]) => void): Promise<Disposable>
  /** Joins a consumer group: partitions are shared among its members and start at the committed offsets. */
  join(topic: string, group: string, options: GroupOptions): AsyncIterable<RecordBatch>
  /** Stores the next offsets to read per partition; -1 leaves a partition as it is. Only lag and `join` look at them. */
  commit(topic: string, group: string, offsets: Offsets): Promise<void>
  /** Groups known for a topic with committed offsets, ends and lag. */
  groups(topic?: string): Promise<readonly GroupLag[]>
  /** Topics with the low and high watermark and the size of each partition. */
  topics(names?: readonly string[]): Promise<readonly TopicInfo[]>
  /** A writer that only one holder at a time can be: opening another under the same id, in any process, fences this one. Once
   * resolved, nothing that an earlier holder had begun can become visible any more. */
  openWriter(id: string): Promise<FencedWriter>
}

export interface FencedWriter extends AsyncDisposable {
  /** Appends to several topics as one step, durable once resolved. An engine with transactions shows readers all of it or
   * nothing; on another a crash may leave the first batches only, in the order given. Throws `WRITER_FENCED`, for good. */
  append(batches: readonly TopicBatch[]): Promise<readonly (readonly RecordPosition[])[]>
}

export interface TopicBatch {
  topic: string
  records: readonly NewRecord[]
  /** Default: as `EventLog.append` chooses. */
  partition?: number
}

export interface TopicSpec {
  name: string
  /** Default 3. */
  partitions?: number
  /** Bytes kept per topic; default 1 GiB. Whole segments are dropped, oldest first. */
  retentionBytes?: number
  /** Milliseconds kept; default unlimited. */
  retentionMs?: number
  /** Keep at least the newest record of each key instead of a window; a record with an empty value deletes its key. */
  compacted?: boolean
}

export interface NewRecord {
  key?: Uint8Array | string | null
  value: Uint8Array | string
  headers?: Readonly<Record<string, string>>
  /** Unix milliseconds; default now. */
  timestamp?: number
}

export interface AppendOptions {
  partition?: number
  signal?: AbortSignal
}

export interface RecordPosition {
  partition: number
  offset: number
}

/** `key` and `value` may be views of a larger buffer that they keep alive: copy what is kept for long. */
export interface LogRecord {
  topic: string
  partition: number
  offset: number
  /** Unix milliseconds at which the record was produced. */
  timestamp: number
  key: Uint8Array | null
  value: Uint8Array
  headers: Readonly<Record<string, string>>
}

/** Records of one topic in partition order, and what retention has taken before them, if anything. */
export interface RecordBatch {
  records: readonly LogRecord[]
  gaps: readonly Gap[]
}

/** Offsets `from` (inclusive) to `to` (exclusive) were asked for and are gone. */
export interface Gap {
  partition: number
  from: number
  to: number
}

/** Next offset to read per partition; index = partition. */
export type Offsets = readonly number[]

export interface FollowOptions {
  from: Offsets | 'earliest' | 'latest'
  partitions?: readonly number[]
  signal?: AbortSignal
  /** Most records in one batch; default 1000. */
  maxRecords?: number
}

export interface ReadOptions extends FollowOptions {
  to?: Offsets
}

export interface GroupOptions {
  signal?: AbortSignal
  maxRecords?: number
  /** Where a group without committed offsets starts; default 'earliest'. */
  start?: 'earliest' | 'latest'
}

export interface PartitionLag {
  partition: number
  committed: number | null
  end: number
  lag: number
}

export interface GroupLag {
  group: string
  topic: string
  partitions: readonly PartitionLag[]
  totalLag: number
}

export interface PartitionInfo {
  partition: number
  /** Low watermark: the oldest offset still readable. */
  start: number
  /** End of what readers can see: the high watermark, before any transaction that is still open. */
  end: number
  /** Null where the engine does not tell. */
  bytes: number | null
}

export interface TopicInfo {
  name: string
  partitions: readonly PartitionInfo[]
}
