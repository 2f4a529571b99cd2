import type { Cluster } from './cluster.ts'
import { decodeBatches } from './decode-batches.ts'
import { finalFailure, isOutage } from './failure.ts'
import { type FetchedPartition, fetchProtocol, type FetchTarget } from './fetch.ts'
import { createFetchPlace, type FetchPlace, FIRST_DELAY_MS, wantedOffsets } from './fetch-place.ts'
import { listOffsets } from './list-offsets.ts'
import { unknownTopic, unreachable } from './log-errors.ts'
import { createPartitionSource, type PartitionSource, type SourceOptions } from './partition-source.ts'
import { protocolError } from './protocol-error.ts'
import { createWakeTimer } from './wake-timer.ts'

/** Fetches for all readers of a process, several places at a time. */
export interface FetchHub {
  open(options: SourceOptions): PartitionSource
  close(): void
}

interface Wanted {
  place: FetchPlace
  target: FetchTarget
}

/**
 * Connections per broker. A fetch that waits for something to arrive holds its connection, so places that become hungry
 * meanwhile go by another; the last one that is free never waits for long.
 */
const LANES = 4
const SHORT_WAIT_MS = 25
/** All long waits end at whole multiples of it, so that the places of several connections find together again. */
const WAIT_PERIOD_MS = 1000
const LEAST_WAIT_MS = 50
/**
 * A fetch ends as soon as one of its places has something and names all the others once more: those where nothing has come
 * for a while go by a connection of their own, so that the busy ones do not ask for them each time.
 */
const QUIET_AFTER_MS = 2000
const MAX_BYTES = 2 * 1024 ** 2
const MAX_PARTITION_BYTES = 512 * 1024
const LONGEST_DELAY_MS = 1000
/** Error codes, for what we find out ourselves. */
const [UNKNOWN_TOPIC, LEADER_NOT_AVAILABLE, NETWORK_EXCEPTION] = [3, 5, 13]
/** A topic that is said to be missing may only be new to the broker that says so. */
const MISSING_MS = 5_000

export const createFetchHub = (cluster: Cluster): FetchHub => {
  const places = new Map<string, FetchPlace>()
  const busyLanes = new Map<number, Set<number>>()
  let serving = 0
  let turn = 0

  const nameOf = (topic: string) => topic.slice(cluster.settings.topicPrefix.length)
  /** Sends off every place that somebody wants to read and nobody is fetching. */
  const timer = createWakeTimer(() => {
    const now = performance.now()
    const groups = new Map<string, { node: number; wanted: Wanted[] }>()
    let next = Number.POSITIVE_INFINITY
    for (const place of places.values()) {
      const offsets = wantedOffsets(place)
      if (offsets.length === 0) continue
      if (place.notBefore > now) {
        next = Math.min(next, place.notBefore)
        continue
      }
      const { topic, partition } = place
      const leader = cluster.known(topic)?.leaders[partition] ?? -1
      if (leader < 0) {
        trouble(place, protocolError(cluster.known(topic) ? LEADER_NOT_AVAILABLE : UNKNOWN_TOPIC))
        next = Math.min(next, place.notBefore)
        continue
      }
      for (const [round, offset] of offsets.entries()) {
        const key = `${leader} ${round} ${now - place.servedAt < QUIET_AFTER_MS}`
        const group = groups.get(key) ?? { node: leader, wanted: [] }
        groups.set(key, group)
        group.wanted.push({ place, target: { topic, partition, offset } })
      }
    }
    for (const { node, wanted } of groups.values()) {
      const busy = busyLanes.get(node) ?? new Set<number>()
      busyLanes.set(node, busy)
      const lane = Array.from({ length: LANES }, (_, i) => i).find(i => !busy.has(i))
      if (lane === undefined) continue
      busy.add(lane)
      wanted.sort((a, b) => a.place.served - b.place.served)
      const waitMs = busy.size === LANES ? SHORT_WAIT_MS : longWait()
      void fetch(node, lane, wanted, waitMs).finally(() => {
        busy.delete(lane)
        timer.wake()
      })
    }
    if (next < Number.POSITIVE_INFINITY) timer.wakeAt(next)
  })

  const fetch = async (node: number, lane: number, wanted: readonly Wanted[], maxWaitMs: number) => {
    for (const { place, target } of wanted) {
      place.fetching.add(target.offset)
      turn += 1
      for (const source of place.sources) if (source.at === target.offset) source.turn = turn
    }
    try {
      const protocol = fetchProtocol({
        targets: wanted.map(({ target }) => target),
        maxWaitMs,
        maxBytes: MAX_BYTES,
        maxPartitionBytes: MAX_PARTITION_BYTES,
      })
      const fetched = await cluster.link(node, `fetch ${lane}`).send(protocol)
      if (fetched.length === 0) throw protocolError(NETWORK_EXCEPTION)
      for (const answer of fetched) {
        const found = wanted.find(
          ({ target }) => target.topic === answer.topic && target.partition === answer.partition,
        )
        if (found) await serve(found.place, found.target.offset, answer)
      }
    } catch (error) {
      for (const { place } of wanted) trouble(place, error)
    } finally {
      for (const { place, target } of wanted) place.fetching.delete(target.offset)
    }
  }

  const serve = async (place: FetchPlace, offset: number, answer: FetchedPartition) => {
    const { topic, partition } = place
    if (answer.errorCode !== 0) {
      const error = protocolError(answer.errorCode)
      if (error.type === 'OFFSET_OUT_OF_RANGE') await findRange(place, offset)
      else trouble(place, error)
      return
    }
    place.troubledSince = 0
    place.delayMs = FIRST_DELAY_MS
    if (answer.data.length === 0) {
      // The end is in sight and nothing lies before it.
      for (const source of place.sources)
        if (source.at === offset && source.to <= answer.stableEnd) source.put([], source.to)
      return
    }
    place.served = ++serving
    place.servedAt = performance.now()
    try {
      const { aborted, data } = answer
      const { records, next } = decodeBatches(data, {
        topic: nameOf(topic),
        partition,
        from: offset,
        aborted,
      })
      for (const source of place.sources) {
        if (source.at >= offset && (source.at === offset || source.at < next)) source.put(records, next)
      }
    } catch (error) {
      for (const source of place.sources) if (source.at === offset) source.fail(asError(error))
    }
  }

  /** Readers whose offset is not there: behind retention, or ahead of a log that was cut back. */
  const findRange = async (place: FetchPlace, offset: number) => {
    const { topic, partition } = place
    try {
      const range = (await listOffsets(cluster, [topic])).get(topic)?.[partition]
      if (!range) return
      for (const source of place.sources) {
        if (source.at !== offset) continue
        if (offset < range.start) source.skipTo(range.start)
        else if (offset > range.end) {
          cluster.settings.onNotice(
            'error',
            `Kafka, ${topic} ${partition}: the log ends at ${range.end}, before offset ${offset} that was read last: records that were there are gone. Reading goes on at the end.`,
          )
          source.rewindTo(range.end)
        }
      }
    } catch (error) {
      trouble(place, error)
    }
  }

  /** Puts a place off and finds out who leads it now, or ends its readers where that is no use. */
  const trouble = (place: FetchPlace, error: unknown) => {
    if (cluster.closed.aborted) return
    const now = performance.now()
    const { topic, partition, sources } = place
    const final = finalFailure(error, `reading ${topic} ${partition}`, cluster.settings)
    const unexpected = !final && !isOutage(error) && !(error instanceof Error && 'type' in error)
    if (final || unexpected) {
      for (const source of sources) source.fail(final ?? asError(error))
      return
    }
    place.troubledSince ||= now
    place.notBefore = now + place.delayMs * (0.5 + Math.random())
    place.delayMs = Math.min(place.delayMs * 2, LONGEST_DELAY_MS)
    timer.wakeAt(place.notBefore)
    const lasting = now - place.troubledSince
    if (lasting > cluster.settings.patienceMs) {
      // Those who follow wait for as long as it takes; a bounded read is waited for.
      const gaveUp = unreachable(`reading ${topic} ${partition}`, cluster.settings, lasting, error)
      for (const source of sources) if (Number.isFinite(source.to)) source.fail(gaveUp)
    }
    void cluster.refresh([topic]).then(
      () => {
        const since = place.troubledSince
        if (cluster.known(topic) || since === 0 || performance.now() - since < MISSING_MS) return
        for (const source of sources) source.fail(unknownTopic(nameOf(topic)))
      },
      () => {},
    )
  }

  return {
    open(options) {
      const source = createPartitionSource(options)
      const key = `${options.topic}:${options.partition}`
      const place = places.get(key) ?? createFetchPlace(options.topic, options.partition)
      places.set(key, place)
      place.sources.add(source)
      source.onTaken = timer.wake
      timer.wake()
      const { close } = source
      return Object.assign(source, {
        close() {
          close()
          place.sources.delete(source)
          if (place.sources.size === 0 && places.get(key) === place) places.delete(key)
        },
      })
    },
    close() {
      timer.stop()
      for (const { sources } of places.values()) for (const source of sources) source.close()
      places.clear()
    },
  }
}

const longWait = (): number => {
  const left = WAIT_PERIOD_MS - (Date.now() % WAIT_PERIOD_MS)
  return left < LEAST_WAIT_MS ? left + WAIT_PERIOD_MS : left
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
