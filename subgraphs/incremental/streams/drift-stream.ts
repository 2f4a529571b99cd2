import type { EventLog, Gap, LogRecord } from '#ports/event-log.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { decodeCursor, encodeCursor } from '../predictions/cursor.ts'
import { type DriftRow, parseDriftRecord } from '../session/drift-record.ts'
import { endOnReturn } from './end-on-return.ts'
import type { PositionMessage } from './map-messages.ts'
import { createStream } from './stream.ts'

/** A signal of drift as resolvers see it. */
export interface DriftModel {
  useCase: string
  session: string
  row: DriftRow
}

export interface DriftMessage {
  value: DriftModel
  seq: number
  gap: readonly Gap[] | null
  cursor: string
}

interface Entry {
  value: DriftModel
  cursor: string
}

/**
 * Signals of drift as sessions publish them, whichever process runs them: with `resumeFrom` first everything after that cursor.
 * A record's signals came at once and share its position, so a stream that resumes amid one tells them again.
 * @throws CodedError `INVALID_CURSOR`.
 */
export async function openDriftStream({
  useCase,
  log,
  platform,
  resumeFrom,
  positions = false,
  signal,
}: {
  useCase: UseCase
  log: EventLog
  platform: string
  resumeFrom?: string | null | undefined
  /** Tells where it begins. */
  positions?: boolean
  signal?: AbortSignal | undefined
}): Promise<AsyncIterableIterator<DriftMessage | PositionMessage>> {
  const topic = topicsOf(useCase).drift
  const [info] = await log.topics([topic])
  if (!info) throw new CodedError('UNKNOWN_TOPIC', `There is no topic ${topic}.`)
  const at = resumeFrom ? decodeCursor(resumeFrom, platform, info) : info.partitions.map(({ end }) => end)
  const start = encodeCursor(platform, topic, at)
  const stream = createStream<Entry>({ signal, onEnd: () => tail[Symbol.dispose]() })
  const buffered: LogRecord[] = []
  let live = !resumeFrom
  const untold: Gap[] = []
  const tail = await log.tail(topic, records => {
    if (live) for (const record of records) push(record)
    else buffered.push(...records)
  })

  function push(record: LogRecord): void {
    for (const entry of take(record)) stream.push(entry)
  }

  function take({ partition, offset, value }: LogRecord): Entry[] {
    if (offset < (at[partition] as number)) return []
    const before = encodeCursor(platform, topic, at)
    at[partition] = offset + 1
    const after = encodeCursor(platform, topic, at)
    const { v, session, rows } = parseDriftRecord(value)
    if (v !== 1) return []
    return rows.map((row, index) => ({
      value: { useCase: useCase.id, session, row },
      cursor: index === rows.length - 1 ? after : before,
    }))
  }

  async function* messages(): AsyncGenerator<DriftMessage | PositionMessage> {
    let seq = 0
    const toMessage = ({ value, cursor }: Entry): DriftMessage => {
      const gap = untold.length > 0 ? untold.splice(0) : null
      return { value, seq: ++seq, gap, cursor }
    }
    try {
      if (positions) yield { position: start }
      if (resumeFrom) {
        for await (const { records, gaps } of log.read(topic, { from: [...at], ...(signal && { signal }) })) {
          untold.push(...gaps)
          for (const record of records) for (const entry of take(record)) yield toMessage(entry)
        }
        live = true
        for (const record of buffered.splice(0)) push(record)
      }
      for await (const { value } of stream.messages()) yield toMessage(value)
    } finally {
      stream.end()
    }
  }

  return endOnReturn(messages(), stream.end)
}
