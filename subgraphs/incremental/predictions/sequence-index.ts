import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EventLog } from '#ports/event-log.ts'
import { onlyPartition } from '../only-partition.ts'
import { peekPrediction } from '#subgraphs/peek-prediction.ts'
import { parseOrderRecord, type PredictionRecord } from '../session/order-record.ts'
import type { SessionRecord } from '../session/session-record.ts'
import { createTurns } from '../turns.ts'

/** Finds predictions in the log by session and sequence number. */
export interface SequenceIndex {
  /** Notes where a prediction stands; keeps one in a thousand. */
  note(session: string, seq: number, offset: number): void
  find(session: SessionRecord, seq: number): Promise<PredictionRecord | null>
  /** Stores a session's entries beside its checkpoints; they can always be rebuilt by a scan. */
  store(session: SessionRecord): Promise<void>
}

/** Predictions per entry. */
export const STRIDE = 1000

/** [sequence, offset] pairs in growing order. */
type Entries = [seq: number, offset: number][]

interface SessionEntries {
  entries: Entries
  /** Reaches back to the session's first prediction; resolves once it does. */
  complete: Promise<void> | null
  /** Entries that the file holds. */
  stored: number
}

export function createSequenceIndex({
  log,
  topic,
  directory,
}: {
  log: EventLog
  topic: string
  directory: string
}): SequenceIndex {
  const sessions = new Map<string, SessionEntries>()
  // Two stores at once would write into each other's temporary file.
  const inTurn = createTurns()

  function entriesOf(session: string): SessionEntries {
    let found = sessions.get(session)
    if (!found) sessions.set(session, (found = { entries: [], complete: null, stored: 0 }))
    return found
  }

  function complete(session: SessionRecord): Promise<void> {
    const known = entriesOf(session.id)
    known.complete ??= load(session, known).catch(error => {
      known.complete = null
      throw error
    })
    return known.complete
  }

  async function load(session: SessionRecord, known: SessionEntries): Promise<void> {
    const entries = parseEntries(await readFile(pathOf(session.id), 'utf8').catch(() => ''))
    known.stored = entries.length
    for await (const { seq, at } of predictions(session, entries.at(-1)?.[1] ?? session.orderStart)) {
      noteIn(entries, seq, at)
    }
    const last = entries.at(-1)?.[0] ?? -1
    known.entries = [...entries, ...known.entries.filter(([seq]) => seq > last)]
  }

  async function* predictions(
    { id, orderPartition, source }: SessionRecord,
    from: number,
  ): AsyncGenerator<{ seq: number; at: number; value: Uint8Array }> {
    for await (const { records } of log.read(topic, {
      from: onlyPartition(source.length, orderPartition, from),
      partitions: [orderPartition],
      maxRecords: STRIDE,
    })) {
      for (const { value, offset } of records) {
        const found = peekPrediction(value)
        if (found?.session === id) yield { seq: found.seq, at: offset, value }
      }
    }
  }

  function pathOf(session: string): string {
    return join(directory, session, 'sequence.index')
  }

  return {
    note(session, seq, offset) {
      noteIn(entriesOf(session).entries, seq, offset)
    },
    async find(session, seq) {
      const known = entriesOf(session.id)
      if (!known.entries[0] || known.entries[0][0] > seq) await complete(session)
      const from = known.entries.findLast(([at]) => at <= seq)
      if (!from) return null
      for await (const { seq: found, value } of predictions(session, from[1])) {
        if (found === seq) return parseOrderRecord(value) as PredictionRecord
        if (found > seq) return null
      }
      return null
    },
    store: session =>
      inTurn(session.id, async () => {
        await complete(session)
        const known = entriesOf(session.id)
        const count = known.entries.length
        if (count === known.stored) return
        const path = pathOf(session.id)
        await mkdir(join(directory, session.id), { recursive: true })
        await writeFile(`${path}.tmp`, JSON.stringify(known.entries))
        await rename(`${path}.tmp`, path)
        known.stored = count
      }),
  }
}

/** None for a file that was torn: a scan finds them again. */
function parseEntries(text: string): Entries {
  try {
    const entries = JSON.parse(text) as Entries
    return entries.every(([seq, offset]) => Number.isSafeInteger(seq) && Number.isSafeInteger(offset))
      ? entries
      : []
  } catch {
    return []
  }
}

function noteIn(entries: Entries, seq: number, offset: number): void {
  const last = entries.at(-1)
  if (!last || seq - last[0] >= STRIDE) entries.push([seq, offset])
}
