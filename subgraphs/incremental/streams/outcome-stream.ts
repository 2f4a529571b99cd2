import type { EventLog, Gap } from '#ports/event-log.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import { compileEventFilter } from '#use-cases/filter.ts'
import { topicsOf } from '#use-cases/topics.ts'
import {
  decodeOutcomeCursor,
  encodeOutcomeCursor,
  type OutcomePosition,
} from '../predictions/outcome-cursor.ts'
import { type OutcomeEntry, type OutcomeFeed, outcomeEntry } from '../predictions/outcome-feed.ts'
import type { PredictionLookup } from '../predictions/prediction-lookup.ts'
import type { PredictionModel } from '../predictions/prediction-model.ts'
import { checkRate } from './prediction-stream.ts'
import { endOnReturn } from './end-on-return.ts'
import type { PositionMessage } from './map-messages.ts'
import { sampler } from './sampler.ts'
import { createStream } from './stream.ts'

export interface OutcomeModel {
  prediction: PredictionModel
  label: number
  loss: number
}

export interface OutcomeMessage {
  value: OutcomeModel
  /** Messages sent on this stream, this one included. */
  seq: number
  dropped: number
  /** What retention took of the range that `resumeFrom` asked for. */
  gap: readonly Gap[] | null
  cursor: string
}

export interface OutcomeStreamOptions {
  useCase: UseCase
  feed: OutcomeFeed
  lookup: Pick<PredictionLookup, 'recent' | 'find'>
  log: EventLog
  platform: string
  where?: object | null | undefined
  sample?: number | null | undefined
  maxPerSecond?: number | null | undefined
  resumeFrom?: string | null | undefined
  /** Tells where it begins, and now and then where it is while nothing matches. */
  positions?: boolean
  signal?: AbortSignal | undefined
}

interface Row {
  session: string
  seq: number
  label: number
  loss: number
  /** Taken while it is in memory: a look into the log for each row would keep the process from its work. */
  prediction: PredictionModel | null
  /** Behind this row. */
  position: OutcomePosition
}

/** Outcomes that do not match after which the position is told. */
const POSITION_EVERY = 1000
/** Records kept aside while the past is read; beyond it the log is read once more. */
const MAX_BUFFERED = 500

/**
 * Labels as they meet their predictions: with `resumeFrom` first everything after that cursor, without loss or doubling at
 * the seam, then live ones.
 * @throws CodedError `INVALID_CURSOR`, `BAD_USER_INPUT`; Error with code `INVALID_FILTER`.
 */
export async function openOutcomeStream({
  useCase,
  feed,
  lookup,
  log,
  platform,
  where,
  sample,
  maxPerSecond,
  resumeFrom,
  positions = false,
  signal,
}: OutcomeStreamOptions): Promise<AsyncIterableIterator<OutcomeMessage | PositionMessage>> {
  checkRate(maxPerSecond)
  const matches = compileEventFilter(useCase, where as Record<string, unknown> | null | undefined)
  const sampled = sampler(sample)
  const topic = topicsOf(useCase).outcomes
  const [info] = await log.topics([topic])
  if (!info) throw new CodedError('UNKNOWN_TOPIC', `There is no topic ${topic}.`)
  const ends = info.partitions.map(({ end }) => end)
  const start = resumeFrom ? decodeOutcomeCursor(resumeFrom, platform, info) : { offsets: ends, partly: null }
  const at = [...start.offsets]
  const cursorOf = (position: OutcomePosition) => encodeOutcomeCursor(platform, topic, position)

  const stream = createStream<Row>({ maxPerSecond, signal, onEnd: () => listening[Symbol.dispose]() })
  const buffered: OutcomeEntry[] = []
  let live = !resumeFrom
  let overflown = false
  // Told by the next message that is sent, whichever it is: those next to the gap may be filtered out or dropped.
  const untold: Gap[] = []
  const listening = feed.listen(entry => {
    if (live) for (const row of take(entry)) stream.push(row)
    else if (buffered.length < MAX_BUFFERED) buffered.push(entry)
    else overflown = true
  })

  /** The rows of a record that are not through yet. */
  function take({ partition, offset, outcomes }: OutcomeEntry): Row[] {
    if (offset < (at[partition] as number)) return []
    const { partly } = start
    // Only at the very place where the cursor stands: offsets have holes.
    const isAmid = partly?.partition === partition && offset === start.offsets[partition]
    const before = at.with(partition, offset)
    at[partition] = offset + 1
    const after = [...at]
    const { session = '', rows = [] } = outcomes ?? {}
    return rows.slice(isAmid ? partly.rows : 0).map(([seq, label, loss], index, left) => {
      const through = rows.length - left.length + index + 1
      return {
        session,
        seq,
        label,
        loss: loss ?? Number.POSITIVE_INFINITY,
        prediction: lookup.recent({ useCase: useCase.id, session, seq }),
        position:
          through === rows.length
            ? { offsets: after, partly: null }
            : { offsets: before, partly: { partition, rows: through } },
      }
    })
  }

  async function* past(): AsyncGenerator<Row> {
    do {
      // Everything that came while the log was read is in the log as well.
      buffered.length = 0
      overflown = false
      for await (const { records, gaps } of log.read(topic, { from: [...at], ...(signal && { signal }) })) {
        untold.push(...gaps)
        for (const record of records) yield* take(outcomeEntry(record))
      }
    } while (overflown)
    live = true
    for (const entry of buffered.splice(0)) for (const row of take(entry)) stream.push(row)
  }

  async function* messages(): AsyncGenerator<OutcomeMessage | PositionMessage> {
    let seq = 0
    let passed = 0
    let untoldDrops = 0
    async function toMessage(row: Row): Promise<OutcomeMessage | PositionMessage | null> {
      const { session, seq: of, label, loss } = row
      const prediction = row.prediction ?? (await lookup.find({ useCase: useCase.id, session, seq: of }))
      if (!prediction || !isWanted(prediction)) {
        if (!positions || ++passed < POSITION_EVERY) return null
        passed = 0
        return { position: cursorOf(row.position) }
      }
      passed = 0
      const gap = untold.length > 0 ? untold.splice(0) : null
      const dropped = untoldDrops
      untoldDrops = 0
      const value = { prediction: { ...prediction, label }, label, loss }
      return { value, seq: ++seq, dropped, gap, cursor: cursorOf(row.position) }
    }
    try {
      if (positions) yield { position: cursorOf(start) }
      if (resumeFrom && maxPerSecond) void hurry().catch(error => stream.end(error as Error))
      else if (resumeFrom) {
        for await (const row of past()) {
          const message = await toMessage(row)
          if (message) yield message
        }
      }
      for await (const { value: row, dropped } of stream.messages()) {
        untoldDrops += dropped
        const message = await toMessage(row)
        if (message) yield message
      }
    } finally {
      stream.end()
    }
  }

  /** With a rate the newest of the past wins, too. */
  async function hurry(): Promise<void> {
    for await (const row of past()) stream.push(row)
  }

  function isWanted({ record }: PredictionModel): boolean {
    return (
      sampled(record.eventId) && matches(record.event, { score: record.score, detail: { ...record.detail } })
    )
  }

  return endOnReturn(messages(), stream.end)
}
