import { setTimeout as sleep } from 'node:timers/promises'
import { finalFailure, isOutage, isPassing } from './failure.ts'
import type { KafkaSettings } from './kafka-options.ts'
import { createLink, type Link } from './link.ts'
import { logClosed, unknownTopic, unreachable } from './log-errors.ts'
import { errorType, protocolError } from './protocol-error.ts'
import { type MetadataAnswer, requestMetadata } from './request-metadata.ts'

/** What the brokers say of a topic. */
export interface TopicMetadata {
  readonly name: string
  /** Node that leads each partition; -1 while there is none. */
  readonly leaders: readonly number[]
}

/** The brokers of a cluster as one process sees them. Names of topics and groups are those of the cluster. */
export interface Cluster {
  readonly settings: KafkaSettings
  /** The connection to a node that is kept for a purpose: requests of one purpose wait for each other, of two never. */
  link(node: number, purpose: string): Link
  /** Closes the connections of a purpose, and of those that begin with it. */
  release(purpose: string): void
  /** A connection for short requests to any broker that answers. */
  anyLink(): Promise<Link>
  controller(): Promise<Link>
  /** Ids of the brokers as last heard of. */
  nodes(): number[]
  /** Metadata as known, for those who cannot wait. */
  known(topic: string): TopicMetadata | undefined
  /** Throws `UNKNOWN_TOPIC`. */
  topic(name: string): Promise<TopicMetadata>
  /** All topics but the brokers' own. */
  allTopics(): Promise<readonly TopicMetadata[]>
  /** Asks for the leaders of topics again; those that are gone are forgotten. */
  refresh(topics: readonly string[]): Promise<void>
  /** The node that coordinates a group or a transactional id; asked for again after `forgetCoordinator`. */
  coordinator(kind: 'group' | 'transaction', key: string): Promise<number>
  forgetCoordinator(kind: 'group' | 'transaction', key: string): void
  /** Tries until it works, as long as what stands in the way may pass. Throws `ENGINE_UNREACHABLE` when patience ends. */
  retry<T>(what: string, attempt: () => Promise<T>): Promise<T>
  readonly closed: AbortSignal
  close(): void
}

const FIRST_DELAY_MS = 20
const LONGEST_DELAY_MS = 1_000
/** Between two looks at an outage by `onNotice`. */
const NOTICE_MS = 5_000
const BROKER_NOT_AVAILABLE = 8
const COORDINATOR_KINDS = { group: 0, transaction: 1 } as const

export const createCluster = (
  settings: KafkaSettings,
  bootstrap: { host: string; port: number }[],
): Cluster => {
  const closing = new AbortController()
  const nodes = new Map<number, { host: string; port: number }>()
  const links = new Map<string, Link>()
  const topics = new Map<string, TopicMetadata>()
  const coordinators = new Map<string, Promise<number>>()
  const refreshing = new Map<string, Promise<void>>()
  let controllerId = -1
  let answering: number | null = null
  let lastNotice = 0

  const requireOpen = () => {
    if (closing.signal.aborted) throw logClosed()
  }
  const linkTo = (key: string, host: string, port: number): Link => {
    requireOpen()
    const found = links.get(key)
    if (found?.host === host && found.port === port) return found
    found?.close()
    const link = createLink(settings, { host, port })
    links.set(key, link)
    return link
  }
  const link = (node: number, purpose: string): Link => {
    const address = nodes.get(node)
    if (!address) throw protocolError(BROKER_NOT_AVAILABLE)
    return linkTo(`${node}:${purpose}`, address.host, address.port)
  }

  const metadata = async (link: Link, names: readonly string[] | 'all'): Promise<MetadataAnswer> => {
    const answer = await requestMetadata(link, names)
    nodes.clear()
    for (const { nodeId, host, port } of answer.brokers) nodes.set(nodeId, { host, port })
    controllerId = answer.controllerId
    for (const { topic, topicErrorCode, partitionMetadata } of answer.topicMetadata) {
      if (topicErrorCode !== 0) continue
      const leaders: number[] = []
      for (const { partitionId, leader } of partitionMetadata) leaders[partitionId] = leader
      topics.set(topic, { name: topic, leaders })
    }
    return answer
  }

  const anyLink = async (): Promise<Link> => {
    let failure: unknown
    // What answered last comes first: a broker that is silent costs seconds each time.
    const known = [...nodes.keys()]
      .sort((a, b) => Number(b === answering) - Number(a === answering))
      .map(node => ({ node, open: () => link(node, 'ask') }))
    const first = bootstrap.map(({ host, port }) => ({
      node: null,
      open: () => linkTo(`${host}:${port}`, host, port),
    }))
    for (const { node, open } of [...known, ...first]) {
      try {
        const found = open()
        await found.versions()
        answering = node
        return found
      } catch (error) {
        if (!isOutage(error)) throw error
        failure = error
      }
    }
    throw failure
  }

  const retry = async <T>(what: string, attempt: () => Promise<T>): Promise<T> => {
    const started = performance.now()
    for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      requireOpen()
      try {
        return await attempt()
      } catch (error) {
        requireOpen()
        const final = finalFailure(error, `${what} at ${settings.brokers.join(', ')}`, settings)
        if (final) throw final
        if (!isPassing(error)) throw error
        const waited = performance.now() - started
        if (waited + delay > settings.patienceMs) throw unreachable(what, settings, waited, error)
        if (waited > NOTICE_MS && performance.now() - lastNotice > NOTICE_MS) {
          lastNotice = performance.now()
          const seconds = Math.round(waited / 1000)
          settings.onNotice('warn', `Kafka, ${what}: still trying after ${seconds} s: ${messageOf(error)}`)
        }
        if (errorType(error) === 'BROKER_NOT_AVAILABLE' || isOutage(error)) await renew().catch(() => {})
        await sleep(delay * (0.5 + Math.random()), undefined, { signal: closing.signal }).catch(() => {})
      }
    }
  }
  /** Brokers may have come back at other addresses. */
  const renew = async () => {
    await metadata(await anyLink(), [])
  }

  const refreshNow = async (names: readonly string[]) => {
    const answer = await metadata(await anyLink(), names)
    for (const { topic, topicErrorCode } of answer.topicMetadata) {
      const error = topicErrorCode === 0 ? null : protocolError(topicErrorCode)
      if (error?.type === 'UNKNOWN_TOPIC_OR_PARTITION' || error?.type === 'INVALID_TOPIC_EXCEPTION')
        topics.delete(topic)
      else if (error) throw error
    }
  }
  const refresh = (names: readonly string[]): Promise<void> => {
    const key = names.join(',')
    const running = refreshing.get(key)
    if (running) return running
    const started = refreshNow(names).finally(() => refreshing.delete(key))
    refreshing.set(key, started)
    return started
  }

  return {
    settings,
    link,
    release(purpose) {
      for (const [key, open] of links) {
        if (!key.slice(key.indexOf(':') + 1).startsWith(purpose)) continue
        open.close()
        links.delete(key)
      }
    },
    anyLink,
    retry,
    refresh,
    closed: closing.signal,
    nodes: () => [...nodes.keys()],
    known: topic => topics.get(topic),
    async controller() {
      const node = nodes.has(controllerId) ? controllerId : (await metadata(await anyLink(), [])).controllerId
      return link(node, 'ask')
    },
    async topic(name) {
      requireOpen()
      const found = topics.get(name)
      if (found) return found
      await retry(`topic ${name}`, () => refresh([name]))
      const fresh = topics.get(name)
      if (!fresh) throw unknownTopic(name.slice(settings.topicPrefix.length))
      return fresh
    },
    async allTopics() {
      const answer = await retry('topics', async () => metadata(await anyLink(), 'all'))
      return answer.topicMetadata
        .filter(({ isInternal, topicErrorCode }) => !isInternal && topicErrorCode === 0)
        .flatMap(({ topic }) => topics.get(topic) ?? [])
    },
    coordinator(kind, key) {
      const id = `${kind}:${key}`
      const found = coordinators.get(id)
      if (found) return found
      const asked = (async () => {
        const ask = await anyLink()
        const options = { groupId: key, coordinatorType: COORDINATOR_KINDS[kind] }
        const answer = await ask.call<{
          errorCode: number
          coordinator: { nodeId: number; host: string; port: number }
        }>('GroupCoordinator', options)
        if (answer.errorCode !== 0) throw protocolError(answer.errorCode)
        const { nodeId, host, port } = answer.coordinator
        nodes.set(nodeId, { host, port })
        return nodeId
      })()
      coordinators.set(id, asked)
      asked.catch(() => coordinators.delete(id))
      return asked
    },
    forgetCoordinator(kind, key) {
      coordinators.delete(`${kind}:${key}`)
    },
    close() {
      closing.abort()
      for (const open of links.values()) open.close()
      links.clear()
    },
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
