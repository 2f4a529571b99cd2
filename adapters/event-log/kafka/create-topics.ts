import { setTimeout as sleep } from 'node:timers/promises'
import type { TopicSpec } from '#ports/event-log.ts'
import { PortError } from '#ports/port-error.ts'
import type { TopicSettings } from '../core/partition-store.ts'
import { topicSettings } from '../core/validate.ts'
import type { Cluster } from './cluster.ts'
import { protocolError } from './protocol-error.ts'
import { isCompacted } from './topic-configs.ts'

interface CreateTopicsAnswer {
  topicErrors: readonly { topic: string; errorCode: number; errorMessage?: string | null }[]
}

const MIB = 1024 ** 2
/** Kafka 4 takes no smaller segments. */
const LEAST_SEGMENT_BYTES = MIB
const MOST_SEGMENT_BYTES = 1024 * MIB
/** The newest segment is never compacted, and whoever opens the topic reads it all. */
const COMPACTED_SEGMENT_BYTES = MIB
/** Retention drops whole segments and never the one that is written to, so a topic has this many. */
const SEGMENTS = 8
const LEAST_SEGMENT_MS = 1000
const MOST_SEGMENT_MS = 7 * 24 * 3600 * 1000
/** What the port's largest record needs, with its key and headers. */
const MOST_BATCH_BYTES = 17 * MIB
const CREATE_TIMEOUT_MS = 5_000
const LEADERS_POLL_MS = 5
const LEADERS_PATIENCE_MS = 30_000
/** Of Kafka 3.6 and later; an older one neither knows nor needs it. */
const TIMESTAMP_CONFIG = 'message.timestamp.after.max.ms'

/**
 * Creates the topics that are missing and waits until their partitions have leaders. Those that exist are left as they are,
 * configuration included, which is their operator's. Throws `TOPIC_MISMATCH`.
 */
export const createTopics = async (cluster: Cluster, specs: readonly TopicSpec[]): Promise<void> => {
  const { topicPrefix } = cluster.settings
  for (const spec of specs) topicSettings(spec)
  const wireNames = specs.map(({ name }) => `${topicPrefix}${name}`)
  if (wireNames.length === 0) return
  await cluster.retry('topics', () => cluster.refresh(wireNames))

  const missing: TopicSettings[] = []
  for (const spec of specs) {
    if (!(await checkExisting(cluster, spec))) missing.push(topicSettings(spec))
  }
  if (missing.length > 0) {
    await cluster.retry('creating topics', () => create(cluster, missing, true))
    await untilLed(
      cluster,
      missing.map(({ name }) => `${topicPrefix}${name}`),
    )
    // Whoever created one at the same time may have wanted it otherwise.
    for (const spec of specs) await checkExisting(cluster, spec)
  }
}

/** Whether a topic exists. Throws `TOPIC_MISMATCH` where it is not what is wanted. */
const checkExisting = async (
  cluster: Cluster,
  { name, partitions, compacted }: TopicSpec,
): Promise<boolean> => {
  const topic = `${cluster.settings.topicPrefix}${name}`
  const found = cluster.known(topic)
  if (!found) return false
  if (partitions !== undefined && partitions !== found.leaders.length) {
    throw new PortError(
      'TOPIC_MISMATCH',
      `Topic ${name} exists with ${found.leaders.length} partitions, but ${partitions} were wanted.`,
      { details: { topic: name, partitions: found.leaders.length } },
    )
  }
  if (compacted !== undefined && compacted !== (await isCompacted(cluster, topic))) {
    throw new PortError(
      'TOPIC_MISMATCH',
      `Topic ${name} exists with compacted ${!compacted}, but ${compacted} was wanted.`,
      { details: { topic: name } },
    )
  }
  return true
}

const create = async (
  cluster: Cluster,
  missing: readonly TopicSettings[],
  withTimestamps: boolean,
): Promise<void> => {
  const { replicationFactor, topicPrefix } = cluster.settings
  const topics = missing.map(settings => ({
    topic: `${topicPrefix}${settings.name}`,
    numPartitions: settings.partitions,
    replicationFactor,
    configEntries: configOf(settings, withTimestamps),
  }))
  const link = await cluster.controller()
  const options = { topics, validateOnly: false, timeout: CREATE_TIMEOUT_MS }
  const { topicErrors } = await link.call<CreateTopicsAnswer>('CreateTopics', options)
  for (const { topic, errorCode, errorMessage } of topicErrors) {
    if (errorCode === 0) continue
    const error = protocolError(errorCode)
    const name = topic.slice(topicPrefix.length)
    if (error.type === 'TOPIC_ALREADY_EXISTS') continue
    if (error.type === 'INVALID_CONFIG' && withTimestamps) return create(cluster, missing, false)
    if (error.type === 'INVALID_REPLICATION_FACTOR') {
      throw new PortError(
        'INVALID_ARGUMENT',
        `Topic ${name} cannot have ${replicationFactor} replicas (KAFKA_REPLICATION_FACTOR): the cluster has fewer brokers.`,
        { cause: error },
      )
    }
    if (
      error.type === 'INVALID_TOPIC_EXCEPTION' ||
      error.type === 'POLICY_VIOLATION' ||
      error.type === 'INVALID_CONFIG'
    ) {
      throw new PortError(
        'INVALID_ARGUMENT',
        `Kafka refuses topic ${name} (${error.type}): ${errorMessage ?? ''}`,
        {
          cause: error,
        },
      )
    }
    throw error
  }
}

/** Retention is of the whole topic at the port and of each partition in Kafka. */
const configOf = (
  { retentionBytes, retentionMs, compacted, partitions }: TopicSettings,
  withTimestamps: boolean,
): { name: string; value: string }[] => {
  const perPartition = retentionBytes / partitions
  const segmentBytes = compacted
    ? COMPACTED_SEGMENT_BYTES
    : clamp(perPartition / SEGMENTS, LEAST_SEGMENT_BYTES, MOST_SEGMENT_BYTES)
  const segmentMs = clamp((retentionMs ?? MOST_SEGMENT_MS) / SEGMENTS, LEAST_SEGMENT_MS, MOST_SEGMENT_MS)
  // A segment goes once what is left has the size to keep, so the segment itself comes on top.
  const kept = Number.isFinite(perPartition) ? Math.max(perPartition - segmentBytes, 1) : -1
  const config: Record<string, string | number> = {
    'cleanup.policy': compacted ? 'compact' : 'delete',
    'segment.bytes': Math.round(segmentBytes),
    'segment.ms': Math.round(segmentMs),
    'max.message.bytes': MOST_BATCH_BYTES,
    ...(!compacted && { 'retention.bytes': Math.round(kept), 'retention.ms': Math.round(retentionMs ?? -1) }),
    // Event time may be ahead of this clock.
    ...(withTimestamps && { [TIMESTAMP_CONFIG]: '9223372036854775807' }),
  }
  return Object.entries(config).map(([name, value]) => ({ name, value: String(value) }))
}

const untilLed = async (cluster: Cluster, topics: readonly string[]): Promise<void> => {
  const deadline = performance.now() + LEADERS_PATIENCE_MS
  for (;;) {
    await cluster.retry('topics', () => cluster.refresh(topics))
    const isLed = topics.every(topic => {
      const leaders = cluster.known(topic)?.leaders
      return leaders !== undefined && leaders.length > 0 && leaders.every(leader => leader >= 0)
    })
    if (isLed) return
    if (performance.now() > deadline) {
      throw new PortError(
        'ENGINE_UNREACHABLE',
        `Kafka, topics ${topics.join(', ')}: no leader for every partition within ${LEADERS_PATIENCE_MS / 1000} s: check that enough brokers run.`,
      )
    }
    await sleep(LEADERS_POLL_MS)
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)
