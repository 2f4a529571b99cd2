import type { EventLog, NewRecord } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { lengthProblem } from '#use-cases/event-bounds.ts'
import { createEventParser, type Problem, type RefusedEvent, refuse } from '#use-cases/parse.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { childOf, type TraceContext, traceHeaders } from '#subgraphs/trace-context.ts'
import { createRecentIds, type RecentIds } from './session/recent-ids.ts'
import { createTurns } from './turns.ts'

export interface IngestReport {
  accepted: number
  duplicates: number
  rejected: { index: number; code: string; message: string; problems: readonly Problem[] }[]
}

/** Appends events from outside to a use case's topic. */
export interface Ingest {
  /** The records become part of `trace`, if there is one. */
  (useCase: UseCase, events: readonly unknown[], trace?: TraceContext): Promise<IngestReport>
}

/** Records of a topic scanned for known ids when the first batch comes. */
const KNOWN_IDS = 1_000_000
/** Characters of an id that stands in a header, too; a longer one is read from the record. */
const MAX_HEADER = 1000

/**
 * Idempotent by event id: the ids of the topic's last million events are known, also after a restart, since they are read
 * back from the topic on first use. Batches of one use case run one after the other, so that two of them can't race.
 */
export function createIngest({ log }: { log: EventLog }): Ingest {
  const known = new Map<string, Promise<RecentIds>>()
  const inTurn = createTurns()

  function idsOf(useCase: UseCase): Promise<RecentIds> {
    let ids = known.get(useCase.id)
    if (!ids) {
      ids = scanIds(log, useCase)
      ids.catch(() => known.delete(useCase.id))
      known.set(useCase.id, ids)
    }
    return ids
  }

  async function run(
    useCase: UseCase,
    events: readonly unknown[],
    trace?: TraceContext,
  ): Promise<IngestReport> {
    const traced = trace && traceHeaders(childOf(trace))
    const ids = await idsOf(useCase)
    const parse = createEventParser(useCase)
    const report: IngestReport = { accepted: 0, duplicates: 0, rejected: [] }
    const fresh = new Map<string, NewRecord>()
    const reject = (index: number, { code, message, problems }: RefusedEvent) => {
      report.rejected.push({ index, code, message, problems })
    }
    events.forEach((event, index) => {
      const parsed = parse.ofObject(event)
      if (!parsed.ok) return reject(index, parsed)
      const value = JSON.stringify(event)
      const long = lengthProblem(value.length)
      if (long) return reject(index, refuse(useCase.id, [long]))
      if (ids.has(parsed.id) || fresh.has(parsed.id)) {
        report.duplicates++
      } else {
        fresh.set(parsed.id, {
          key: String(parsed.event[useCase.key]),
          value,
          headers: { ...(parsed.id.length <= MAX_HEADER && { event_id: parsed.id }), ...traced },
        })
      }
    })
    if (fresh.size > 0) await log.append(topicsOf(useCase).events, [...fresh.values()])
    // Only what is durable counts as seen: a failed batch can be sent again.
    for (const id of fresh.keys()) ids.add(id)
    report.accepted = fresh.size
    return report
  }

  return (useCase, events, trace) => inTurn(useCase.id, () => run(useCase, events, trace))
}

async function scanIds(log: EventLog, useCase: UseCase): Promise<RecentIds> {
  const topic = topicsOf(useCase).events
  const ids = createRecentIds({ capacity: KNOWN_IDS })
  const parse = createEventParser(useCase)
  const [info] = await log.topics([topic])
  if (!info) return ids
  const share = Math.ceil(KNOWN_IDS / info.partitions.length)
  const from = info.partitions.map(({ start, end }) => Math.max(start, end - share))
  for await (const { records } of log.read(topic, { from })) {
    for (const { headers, value } of records) {
      const id = headers['event_id']
      if (id) {
        ids.add(id)
        continue
      }
      const parsed = parse(value)
      if (parsed.ok) ids.add(parsed.id)
    }
  }
  return ids
}
