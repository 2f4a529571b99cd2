import type { EventLog, Gap } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { compileEventFilter } from '#use-cases/filter.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { decodeCursor, encodeCursor } from '../predictions/cursor.ts'
import type { PredictionFeed } from '../predictions/prediction-feed.ts'
import { encodePredictionId } from '#subgraphs/prediction-id.ts'
import type { PredictionModel } from '../predictions/prediction-model.ts'
import { parseOrderRecord, type PredictionRecord } from '../session/order-record.ts'
import { endOnReturn } from './end-on-return.ts'
import type { PositionMessage } from './map-messages.ts'
import { sampler } from './sampler.ts'
import { createStream } from './stream.ts'

export interface PredictionMessage {
  prediction: PredictionModel
  /** Messages sent on this stream, this one included. */
  seq: number
  dropped: number
  /** What retention took of the range that `resumeFrom` asked for. */
  gap: readonly Gap[] | null
  /** Of the trace that the event belongs to, if any. */
  traceparent: string | undefined
}

export interface PredictionStreamOptions {
  useCase: UseCase
  feed: PredictionFeed
  log: EventLog
  platform: string
  where?: object | null | undefined
  sample?: number | null | undefined
  maxPerSecond?: number | null | undefined
  resumeFrom?: string | null | undefined
  signal?: AbortSignal | undefined
  /** Told of predictions that the feed left out; they have been read from the log instead. */
  onMissed?: ((session: string, from: number, to: number) => void) | undefined
}

/** Records passed over, filtered out mostly, after which the position is told. */
const POSITION_EVERY = 1000
/** Predictions kept aside while the past is read; beyond it the log is read once more. Far below what a stream queues. */
const MAX_BUFFERED = 1000

interface Entry {
  /** Null for a record that is no prediction. */
  record: PredictionRecord | null
  partition: number
  offset: number
  traceparent: string | undefined
}

interface Found {
  /** Null where only the position is to be told. */
  record: PredictionRecord | null
  offsets: readonly number[]
  traceparent: string | undefined
  /** Stands for what has to be read from the log again. */
  again?: true
}

/**
 * Predictions of a use case: with `resumeFrom` first everything after that cursor, without loss or doubling at the seam,
 * then live ones. Within a session their numbers have no holes: what the feed leaves out is read from the log. With
 * `positions` it tells where it begins, and now and then where it is while nothing matches.
 * @throws CodedError `INVALID_CURSOR`, `BAD_USER_INPUT`; Error with code `INVALID_FILTER`.
 */
export async function openPredictionStream(
  options: PredictionStreamOptions & { positions?: false },
): Promise<AsyncIterableIterator<PredictionMessage>>
export async function openPredictionStream(
  options: PredictionStreamOptions & { positions: boolean },
): Promise<AsyncIterableIterator<PredictionMessage | PositionMessage>>
export async function openPredictionStream({
  positions = false,
  ...options
}: PredictionStreamOptions & { positions?: boolean }): Promise<
  AsyncIterableIterator<PredictionMessage | PositionMessage>
> {
  const { useCase, feed, log, platform, where, sample, maxPerSecond, resumeFrom, signal, onMissed } = options
  checkRate(maxPerSecond)
  const matches = compileEventFilter(useCase, where as Record<string, unknown> | null | undefined)
  const sampled = sampler(sample)
  const topic = topicsOf(useCase).predictions
  const stream = createStream<Found>({
    maxPerSecond,
    signal,
    weigh: ({ record }) => (record ? 1 : 0),
    onEnd: () => listening[Symbol.dispose](),
  })
  const buffered: Entry[] = []
  let passed = 0
  let live = false
  let overflown = false
  /** The newest prediction taken, and where its session's partition went on behind it. */
  let newest: { session: string; seq: number; partition: number; next: number } | undefined
  // Told by the next message that is sent, whichever it is: those next to the gap may be filtered out or dropped.
  const untold: Gap[] = []
  // From before the topic's end is known: nothing falls between the two.
  const listening = feed.listen(entry => {
    if (live) takeLive(entry)
    else if (buffered.length < MAX_BUFFERED) buffered.push(entry)
    else overflown = true
  })
  const position = await begin().catch(error => {
    stream.end()
    throw error
  })
  const at = [...position]
  if (!resumeFrom && !(overflown && !maxPerSecond)) goLive()
  else if (!resumeFrom) readAgain()

  async function begin(): Promise<readonly number[]> {
    const [info] = await log.topics([topic])
    if (!info) throw new CodedError('UNKNOWN_TOPIC', `There is no topic ${topic}.`)
    return resumeFrom ? decodeCursor(resumeFrom, platform, info) : info.partitions.map(({ end }) => end)
  }

  function goLive(): void {
    live = true
    for (const entry of buffered.splice(0)) {
      if (live) takeLive(entry)
    }
  }

  function takeLive(entry: Entry): void {
    const { record, partition, offset } = entry
    // With a rate messages are left out anyway.
    const before = newest
    const isHole =
      record !== null &&
      !maxPerSecond &&
      offset >= (at[partition] as number) &&
      before?.session === record.session &&
      record.seq > before.seq + 1
    if (!isHole) return void take(entry)
    onMissed?.(before.session, before.seq + 1, record.seq)
    // Records that are no predictions may have come from within the hole.
    at[before.partition] = before.next
    readAgain()
  }

  function readAgain(): void {
    live = false
    stream.push({ record: null, offsets: [], traceparent: undefined, again: true })
  }

  function take({ partition, offset, record, traceparent }: Entry): Found | null {
    if (offset < (at[partition] as number)) return null
    at[partition] = offset + 1
    if (record) newest = { session: record.session, seq: record.seq, partition, next: offset + 1 }
    const isWanted =
      record !== null &&
      sampled(record.eventId) &&
      matches(record.event, { score: record.score, detail: { ...record.detail } })
    // With a rate the newest value wins, and a position must not take its place.
    if (!isWanted && (!positions || maxPerSecond || ++passed < POSITION_EVERY)) return null
    passed = 0
    const found = { record: isWanted ? record : null, offsets: [...at], traceparent }
    if (live || maxPerSecond) stream.push(found)
    return found
  }

  async function* past(): AsyncGenerator<Found> {
    do {
      // Everything that came while the log was read is in the log as well.
      buffered.length = 0
      overflown = false
      for await (const { records, gaps } of log.read(topic, { from: [...at], ...(signal && { signal }) })) {
        untold.push(...gaps)
        for (const { partition, offset, value, headers } of records) {
          const order = parseOrderRecord(value)
          const found = take({
            partition,
            offset,
            record: order.kind === 'prediction' ? order : null,
            traceparent: headers['traceparent'],
          })
          if (found && !maxPerSecond) yield found
        }
      }
    } while (overflown)
    goLive()
  }

  async function* messages(): AsyncGenerator<PredictionMessage | PositionMessage> {
    let seq = 0
    const message = ({ record, offsets, traceparent }: Found, dropped: number) => {
      const cursor = encodeCursor(platform, topic, offsets)
      if (!record) return { position: cursor }
      const gap = untold.length > 0 ? untold.splice(0) : null
      return {
        prediction: { id: encodePredictionId(record), record, cursor },
        seq: ++seq,
        dropped,
        gap,
        traceparent,
      }
    }
    let untoldDrops = 0
    try {
      if (positions) yield { position: encodeCursor(platform, topic, position) }
      if (resumeFrom && maxPerSecond) void drain(past()).catch(error => stream.end(error as Error))
      else if (resumeFrom) for await (const found of past()) yield message(found, 0)
      for await (const { value, dropped } of stream.messages()) {
        untoldDrops += dropped
        if (value.again) {
          for await (const found of past()) yield message(found, 0)
          continue
        }
        yield message(value, untoldDrops)
        if (value.record) untoldDrops = 0
      }
    } finally {
      stream.end()
    }
  }

  return endOnReturn(messages(), stream.end)
}

async function drain(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of source);
}

/** @throws CodedError `BAD_USER_INPUT` */
export function checkRate(maxPerSecond: number | null | undefined): void {
  if (maxPerSecond === null || maxPerSecond === undefined) return
  if (maxPerSecond < 1 || maxPerSecond > 1000) {
    throw new CodedError('BAD_USER_INPUT', `maxPerSecond: ${maxPerSecond} given, 1 to 1000 wanted.`)
  }
}
