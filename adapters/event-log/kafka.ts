import type {
  AppendOptions,
  EventLog,
  FencedWriter,
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
import { checkMaxRecords, checkOffsets, checkPartitions } from './core/validate.ts'
import { createTopics } from './kafka/create-topics.ts'
import { createFetchHub } from './kafka/fetch-hub.ts'
import { createGroupOffsets } from './kafka/group-offsets.ts'
import { type KafkaOptions, kafkaSettings } from './kafka/kafka-options.ts'
import { requireKnownKafkaJs } from './kafka/kafkajs-internals.ts'
import { createPendingCommits, listOffsetsAfterCommits, type Watermarks } from './kafka/list-offsets.ts'
import { logClosed } from './kafka/log-errors.ts'
import { openCluster } from './kafka/open-cluster.ts'
import { createProducer } from './kafka/producer.ts'
import { readAsMember } from './kafka/read-as-member.ts'
import { type ReadRange, readSources } from './kafka/read-sources.ts'
import { createTopicTail, type TopicTail } from './kafka/topic-tail.ts'
import { ownCopy, positionsOf, shareRecords, type TopicView } from './kafka/topic-view.ts'
import { createTopicViews } from './kafka/topic-views.ts'
import { openKafkaWriter } from './kafka/writer.ts'

export type { KafkaOptions } from './kafka/kafka-options.ts'

const DEFAULT_MAX_RECORDS = 1000
/** Kafka's `max.poll.interval.ms`. */
const MEMBER_LEASE_MS = 300_000
/** How long closing waits for what is under way. */
const CLOSE_PATIENCE_MS = 900

/**
 * An event log on Apache Kafka 2.3 or newer. Reading is read_committed and needs no consumer group but for `join`; delivery of
 * `append` is once per call unless a call is repeated. Throws `ENGINE_UNREACHABLE`, `ENGINE_ACCESS_DENIED` or
 * `ENGINE_UNSUPPORTED` with the setting to change; an outage later makes calls wait for `patienceMs`, readers for ever.
 */
export const openKafkaEventLog = async (options: KafkaOptions): Promise<EventLog> => {
  requireKnownKafkaJs()
  const settings = kafkaSettings(options)
  const cluster = await openCluster(settings)
  const hub = createFetchHub(cluster)
  const producer = createProducer(cluster)
  const offsets = createGroupOffsets(cluster)
  const commits = createPendingCommits()
  const views = createTopicViews(cluster)
  const tails = new Map<string, TopicTail>()
  const writers = new Set<FencedWriter>()
  const underWay = new Set<Promise<unknown>>()
  /** Aborted before the connections are, so that readers can say goodbye. */
  const stopping = new AbortController()
  let closing: Promise<void> | null = null

  const requireOpen = () => {
    if (closing) throw logClosed()
  }
  const wireName = (name: string): string => `${settings.topicPrefix}${name}`
  const watermarksOf = async (view: TopicView): Promise<readonly Watermarks[]> =>
    (await listOffsetsAfterCommits(cluster, commits, [view.topic])).get(view.topic)!
  const tracked = <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work)
    const settled = () => void underWay.delete(work)
    work.then(settled, settled)
    return work
  }

  /** Where each partition asked for begins and what is there, as it stands now. */
  const rangesOf = (
    name: string,
    { from, partitions }: FollowOptions,
    to: (watermarks: Watermarks, partition: number) => number | undefined,
    check: (view: TopicView) => void = () => {},
  ): Promise<readonly ReadRange[]> => {
    requireOpen()
    const ranges = (async () => {
      const view = await views.of(name)
      if (typeof from !== 'string') checkOffsets(from, view.settings, 0)
      check(view)
      const asked = checkPartitions(partitions, view.settings)
      const watermarks = await watermarksOf(view)
      return asked.map(partition => {
        const { start, end } = watermarks[partition]!
        const first = from === 'earliest' ? start : from === 'latest' ? end : from[partition]!
        const last = to({ start, end }, partition)
        return { partition, from: first, start, end, ...(last !== undefined && { to: last }) }
      })
    })()
    // Whoever reads hears of it.
    ranges.catch(() => {})
    return ranges
  }

  const appendTo = async (view: TopicView, records: readonly NewRecord[], partition: number | undefined) => {
    const { chosen, byPartition } = shareRecords(view, records, partition, Date.now())
    const offsets = new Map<number, readonly number[]>()
    const results = await Promise.allSettled(
      [...byPartition].map(async ([id, own]) => offsets.set(id, await producer.append(view.topic, id, own))),
    )
    for (const result of results) if (result.status === 'rejected') throw result.reason
    return positionsOf(chosen, offsets)
  }

  return {
    async createTopics(specs: readonly TopicSpec[]): Promise<void> {
      requireOpen()
      await tracked(createTopics(cluster, specs))
    },

    async append(
      topic: string,
      records: readonly NewRecord[],
      { partition, signal }: AppendOptions = {},
    ): Promise<readonly RecordPosition[]> {
      requireOpen()
      signal?.throwIfAborted()
      const known = views.known(topic)
      // Within the call up to the partitions' queues, so that calls keep their order and callers their buffers.
      if (known) return tracked(appendTo(known, records, partition))
      const own = records.map(ownCopy)
      return tracked(views.of(topic).then(view => appendTo(view, own, partition)))
    },

    read(topic: string, options: ReadOptions): AsyncIterable<RecordBatch> {
      const { to, signal, maxRecords = DEFAULT_MAX_RECORDS } = options
      const ranges = rangesOf(
        topic,
        options,
        ({ end }, partition) => Math.min(end, to?.[partition] ?? end),
        ({ settings }) => {
          checkMaxRecords(maxRecords)
          if (to) checkOffsets(to, settings, 0)
        },
      )
      return readSources({
        hub,
        topic: wireName(topic),
        ranges,
        maxRecords,
        signals: [signal, stopping.signal],
      })
    },

    follow(topic: string, options: FollowOptions): AsyncIterable<RecordBatch> {
      const { signal, maxRecords = DEFAULT_MAX_RECORDS } = options
      const ranges = rangesOf(
        topic,
        options,
        () => undefined,
        () => checkMaxRecords(maxRecords),
      )
      return readSources({
        hub,
        topic: wireName(topic),
        ranges,
        maxRecords,
        signals: [signal, stopping.signal],
      })
    },

    async tail(topic: string, listener: (records: readonly LogRecord[]) => void): Promise<Disposable> {
      requireOpen()
      const view = await views.of(topic)
      const floors = await watermarksOf(view)
      requireOpen()
      const tail =
        tails.get(topic) ??
        createTopicTail({ hub, topic: view.topic, closed: stopping.signal, onNotice: settings.onNotice })
      tails.set(topic, tail)
      return tail.listen(listener, floors)
    },

    async *join(topic: string, group: string, options: GroupOptions): AsyncGenerator<RecordBatch> {
      requireOpen()
      const { start = 'earliest', signal, maxRecords = DEFAULT_MAX_RECORDS } = options
      checkMaxRecords(maxRecords)
      const view = await views.of(topic)
      yield* readAsMember({
        cluster,
        hub,
        offsets,
        topic: view.topic,
        group: wireName(group),
        start,
        maxRecords,
        signals: [signal, stopping.signal],
        leaseMs: MEMBER_LEASE_MS,
        tracked,
      })
    },

    async commit(topic: string, group: string, next: Offsets): Promise<void> {
      requireOpen()
      const view = await views.of(topic)
      checkOffsets(next, view.settings, -1)
      await tracked(offsets.commit(view.topic, wireName(group), next))
    },

    async groups(topic?: string): Promise<readonly GroupLag[]> {
      requireOpen()
      if (topic !== undefined) await cluster.topic(wireName(topic))
      return offsets.lags(topic === undefined ? undefined : wireName(topic))
    },

    async topics(names?: readonly string[]): Promise<readonly TopicInfo[]> {
      requireOpen()
      const wire = names?.map(wireName) ?? (await cluster.allTopics()).map(({ name }) => name)
      const asked = wire.filter(topic => topic.startsWith(settings.topicPrefix))
      const found = await listOffsetsAfterCommits(cluster, commits, asked)
      return asked.map(topic => ({
        name: topic.slice(settings.topicPrefix.length),
        partitions: found
          .get(topic)!
          .map(({ start, end }, partition) => ({ partition, start, end, bytes: null })),
      }))
    },

    async openWriter(id: string): Promise<FencedWriter> {
      requireOpen()
      const writer = await openKafkaWriter({ cluster, id, commits, viewOf: views.of })
      writers.add(writer)
      return {
        append: batches => tracked(writer.append(batches)),
        async [Symbol.asyncDispose]() {
          writers.delete(writer)
          await writer[Symbol.asyncDispose]()
        },
      }
    },

    async [Symbol.asyncDispose](): Promise<void> {
      closing ??= (async () => {
        stopping.abort()
        const patience = AbortSignal.timeout(CLOSE_PATIENCE_MS)
        const patienceEnds = new Promise<void>(resolve => patience.addEventListener('abort', () => resolve()))
        const settled = Promise.allSettled(underWay)
        await Promise.race([settled, patienceEnds])
        await producer.close(0)
        cluster.close()
        hub.close()
        await Promise.race([Promise.allSettled(underWay), patienceEnds])
      })()
      await closing
    },
  }
}
