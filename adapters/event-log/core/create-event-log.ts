import type {
  AppendOptions,
  EventLog,
  FollowOptions,
  GroupLag,
  GroupOptions,
  LogRecord,
  NewRecord,
  Offsets,
  ReadOptions,
  RecordBatch,
  RecordPosition,
  TopicInfo,
  TopicSpec,
} from '#ports/event-log.ts'
import { PortError } from '#ports/port-error.ts'
import { appendToPartitions } from './append-to-partitions.ts'
import { createFencedWriters } from './fenced-writers.ts'
import { groupLag } from './group-lag.ts'
import type { LogStorage, TopicStore } from './partition-store.ts'
import { readAsMember } from './read-as-member.ts'
import { followTopic, readTopic } from './read-topic.ts'
import { createTopicHub, type TopicHub } from './topic-hub.ts'
import { checkMaxRecords, checkOffsets, checkPartitions, topicSettings } from './validate.ts'

const DEFAULT_MAX_RECORDS = 1000
/** Kafka's `max.poll.interval.ms`. */
const MEMBER_LEASE_MS = 300_000

export interface EventLogOptions {
  storage: LogStorage
  /** Topics that the storage already holds. */
  topics?: readonly TopicStore[]
  now?: () => number
  /** Milliseconds a group member may work on one batch before the others take its partitions. */
  memberLeaseMs?: number
}

/** The event log of one process on top of a storage engine: partitioning, reading, tails and groups. */
export const createEventLog = (options: EventLogOptions): EventLog => {
  const { storage, topics = [], now = Date.now, memberLeaseMs = MEMBER_LEASE_MS } = options
  const hubs = new Map<string, TopicHub>()
  for (const store of topics) hubs.set(store.settings.name, createTopicHub(store, memberLeaseMs))
  let creating: Promise<void> = Promise.resolve()
  let closed: Promise<void> | null = null

  const requireOpen = () => {
    if (closed) throw new PortError('LOG_CLOSED', 'The event log is closed, wanted an open one.')
  }
  const hubOf = (topic: string): TopicHub => {
    requireOpen()
    const hub = hubs.get(topic)
    if (!hub)
      throw new PortError('UNKNOWN_TOPIC', `Topic ${topic} does not exist; create it first.`, {
        details: { topic },
      })
    return hub
  }

  /** The first offset of each partition asked for, as it stands now. */
  const startsOf = ({ store }: TopicHub, { from, partitions }: FollowOptions): Map<number, number> => {
    store.enforceRetention()
    if (typeof from !== 'string') checkOffsets(from, store.settings, 0)
    const start = (partition: number): number => {
      if (from === 'earliest') return store.partitions[partition]!.start
      return from === 'latest' ? store.partitions[partition]!.end : from[partition]!
    }
    return new Map(
      checkPartitions(partitions, store.settings).map(partition => [partition, start(partition)]),
    )
  }
  const stoppedBy = (signal: AbortSignal | undefined) => () => signal?.aborted === true || closed !== null

  const createMissing = async (specs: readonly TopicSpec[]) => {
    requireOpen()
    const wanted = specs.map(spec => {
      const existing = hubs.get(spec.name)?.store.settings
      const settings = topicSettings(spec, existing)
      if (existing && existing.partitions !== settings.partitions) {
        const found = `Topic ${spec.name} exists with ${existing.partitions} partitions`
        throw new PortError('TOPIC_MISMATCH', `${found}, but ${settings.partitions} were wanted.`, {
          details: { topic: spec.name, partitions: existing.partitions },
        })
      }
      if (existing && existing.compacted !== settings.compacted) {
        const [found, asked] = [existing.compacted, settings.compacted]
        throw new PortError(
          'TOPIC_MISMATCH',
          `Topic ${spec.name} exists with compacted ${found}, but ${asked} was wanted.`,
        )
      }
      return settings
    })
    for (const settings of wanted) {
      const hub = hubs.get(settings.name)
      if (hub) await hub.store.configure(settings)
      else hubs.set(settings.name, createTopicHub(await storage.createTopic(settings), memberLeaseMs))
    }
  }

  const append = async (
    topic: string,
    records: readonly NewRecord[],
    options: AppendOptions = {},
  ): Promise<readonly RecordPosition[]> => {
    const hub = hubOf(topic)
    options.signal?.throwIfAborted()
    return appendToPartitions(hub, records, options.partition, now())
  }

  return {
    createTopics(specs: readonly TopicSpec[]): Promise<void> {
      const done = creating.then(() => createMissing(specs))
      creating = done.catch(() => {})
      return done
    },

    append,
    openWriter: createFencedWriters(append),

    read(topic: string, options: ReadOptions): AsyncIterable<RecordBatch> {
      const hub = hubOf(topic)
      const { to, signal, maxRecords = DEFAULT_MAX_RECORDS } = options
      checkMaxRecords(maxRecords)
      if (to) checkOffsets(to, hub.store.settings, 0)
      const from = startsOf(hub, options)
      const ends = hub.store.partitions.map(({ end }, partition) => Math.min(end, to?.[partition] ?? end))
      return readTopic({ hub, from, to: new Map(ends.entries()), maxRecords, stopped: stoppedBy(signal) })
    },

    follow(topic: string, options: FollowOptions): AsyncIterable<RecordBatch> {
      const hub = hubOf(topic)
      const { signal, maxRecords = DEFAULT_MAX_RECORDS } = options
      checkMaxRecords(maxRecords)
      return followTopic({
        hub,
        from: startsOf(hub, options),
        maxRecords,
        stopped: stoppedBy(signal),
        signal,
      })
    },

    async tail(topic: string, listener: (records: readonly LogRecord[]) => void): Promise<Disposable> {
      return hubOf(topic).listen(listener)
    },

    join(topic: string, group: string, options: GroupOptions): AsyncIterable<RecordBatch> {
      const hub = hubOf(topic)
      const { start = 'earliest', signal, maxRecords = DEFAULT_MAX_RECORDS } = options
      checkMaxRecords(maxRecords)
      const startOf = (partition: number): number => {
        const store = hub.store.partitions[partition]!
        return (
          storage.committed(topic, group)?.[partition] ?? (start === 'earliest' ? store.start : store.end)
        )
      }
      return readAsMember({ hub, group, startOf, maxRecords, stopped: stoppedBy(signal), signal })
    },

    async commit(topic: string, group: string, offsets: Offsets): Promise<void> {
      const { settings } = hubOf(topic).store
      checkOffsets(offsets, settings, -1)
      const before = storage.committed(topic, group)
      await storage.commit(
        topic,
        group,
        offsets.map((offset, partition) => (offset < 0 ? (before?.[partition] ?? null) : offset)),
      )
    },

    async groups(topic?: string): Promise<readonly GroupLag[]> {
      requireOpen()
      const asked = topic === undefined ? [...hubs.values()] : [hubOf(topic)]
      return asked.flatMap(hub => groupLag(hub, storage))
    },

    async topics(names?: readonly string[]): Promise<readonly TopicInfo[]> {
      requireOpen()
      const asked = names?.map(hubOf) ?? [...hubs.values()]
      return asked.map(({ store }) => {
        store.enforceRetention()
        const partitions = store.partitions.map(({ start, end, bytes }, partition) => ({
          partition,
          start,
          end,
          bytes,
        }))
        return { name: store.settings.name, partitions }
      })
    },

    async [Symbol.asyncDispose](): Promise<void> {
      closed ??= creating.then(() => {
        for (const hub of hubs.values()) hub.close()
        return storage.close()
      })
      await closed
    },
  }
}
