import { parentPort } from 'node:worker_threads'
import { useCaseById } from '#use-cases/index.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { createEngine } from './engine.ts'
import type { DriftRow } from './drift-record.ts'
import type { Engine, OutcomeRow, StepOutput } from './engine-api.ts'
import type { ModelChange } from './members/model-change.ts'
import { parseOrderRecord } from './order-record.ts'
import { EVENT, type PackedItems } from './packed-items.ts'
import type { Calls, OpenRequest, Replayed, Reply, Request, Stepped } from './protocol.ts'
import { METRICS_INTERVAL_MS } from './protocol.ts'
import type { TaskReport } from './task-report.ts'

// Entry of a session's worker thread: pure computation, every byte of input and output crosses by message.
const port = parentPort
if (!port) throw new Error('This file is the entry of a worker thread.')

const encoder = new TextEncoder()
/** For what is not ASCII. */
const SPARE_OUTPUT_BYTES = 4096
const REPORT_INTERVAL_MS = 2000
let engine: Engine | undefined
let parse: ReturnType<typeof createEventParser> | undefined
let metricsSentAt = 0
let report: { at: number; of: TaskReport } | undefined

port.on('message', ({ id, call, body }: Request) => {
  try {
    const { reply, transfer } = handle(call, body)
    port.postMessage({ id, body: reply } satisfies Reply, transfer)
  } catch (error) {
    const { code = 'LEARNER_FAILED', message = String(error) } = error as Error & { code?: string }
    port.postMessage({ id, error: { code, message } } satisfies Reply)
  }
})

function handle(call: keyof Calls, body: unknown): { reply: unknown; transfer?: ArrayBuffer[] } {
  if (call === 'ping') return { reply: {} }
  if (call === 'open') return { reply: open(body as OpenRequest) }
  if (!engine) throw new Error(`The session must be opened before ${call}.`)
  if (call === 'step') return step(engine, (body as { items: PackedItems }).items)
  if (call === 'replay') return { reply: replay(engine, (body as { items: PackedItems }).items) }
  if (call === 'preview') return { reply: preview(engine, (body as Calls['preview']['request']).event) }
  if (call === 'change') return change(engine, (body as Calls['change']['request']).change)
  if (call === 'report') return { reply: engine.report() }
  if (call === 'segment')
    return { reply: { segment: engine.segment((body as Calls['segment']['request']).owner) } }
  if (call === 'metrics') return { reply: engine.evaluation() }
  const payload = engine.save()
  return {
    reply: { payload, progress: engine.progress(), report: recentReport(engine) },
    transfer: [payload],
  }
}

function open({ useCase: id, ...options }: OpenRequest): Calls['open']['reply'] {
  const useCase = useCaseById(id)
  parse = createEventParser(useCase)
  engine = createEngine({ useCase, ...options })
  return engine.progress()
}

function step(engine: Engine, items: PackedItems): { reply: Stepped; transfer: ArrayBuffer[] } {
  return stepped(engine, engine.step(items, Date.now))
}

function change(
  engine: Engine,
  wanted: ModelChange,
): { reply: Calls['change']['reply']; transfer: ArrayBuffer[] } {
  const texts: string[] = []
  let refused: Calls['change']['reply']['refused'] = null
  try {
    texts.push(engine.change(wanted).text)
    metricsSentAt = -Infinity
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    // What has no code is a fault of ours and ends the session, as in any other call.
    if (!code) throw error
    refused = { code, message }
  }
  const { reply, transfer } = stepped(engine, { texts, outcomes: [], drift: [], deadLetters: [] })
  return { reply: { ...reply, refused }, transfer }
}

function stepped(
  engine: Engine,
  { texts, outcomes, drift, deadLetters }: StepOutput,
): { reply: Stepped; transfer: ArrayBuffer[] } {
  const { bytes, ends } = encodeTexts(texts)
  const rows = outcomeTriples(outcomes)
  return {
    reply: {
      bytes,
      ends,
      outcomes: rows,
      drift,
      deadLetters,
      progress: engine.progress(),
      evaluation: evaluationIfDue(engine),
    },
    transfer: [bytes.buffer, ends.buffer, rows.buffer],
  }
}

/** While a backlog is read checkpoints follow each other faster than anybody reads reports. */
function recentReport(engine: Engine): TaskReport {
  const now = performance.now()
  if (!report || now - report.at > REPORT_INTERVAL_MS) report = { at: now, of: engine.report() }
  return report.of
}

function evaluationIfDue(engine: Engine): Stepped['evaluation'] {
  const now = performance.now()
  if (now - metricsSentAt < METRICS_INTERVAL_MS) return null
  metricsSentAt = now
  return engine.evaluation()
}

function replay(engine: Engine, { kinds, partitions, offsets, ends, bytes }: PackedItems): Replayed {
  const outcomes: OutcomeRow[] = []
  const drift: DriftRow[] = []
  let diverged = 0
  let start = 0
  for (let i = 0; i < kinds.length; i++) {
    const value = bytes.subarray(start, ends[i])
    start = ends[i] as number
    const replayed =
      kinds[i] === EVENT
        ? engine.replay(parseOrderRecord(value))
        : engine.replayLabel(partitions[i] as number, offsets[i] as number, value)
    if (replayed.diverged) diverged++
    outcomes.push(...replayed.outcomes)
    drift.push(...replayed.drift)
  }
  return { diverged, progress: engine.progress(), outcomes: outcomeTriples(outcomes), drift }
}

function preview(engine: Engine, event: Record<string, unknown>): Calls['preview']['reply'] {
  const parsed = parse?.ofObject(event)
  if (!parsed?.ok)
    throw Object.assign(new Error(parsed?.message ?? 'No use case is open.'), { code: 'INVALID_EVENT' })
  return { ...engine.preview(parsed), timeMs: parsed.timeMs }
}

function encodeTexts(texts: readonly string[]): {
  bytes: Uint8Array<ArrayBuffer>
  ends: Uint32Array<ArrayBuffer>
} {
  const ends = new Uint32Array(texts.length)
  // Nearly all text is ASCII, of one byte per unit.
  let bytes = new Uint8Array(texts.reduce((sum, { length }) => sum + length, SPARE_OUTPUT_BYTES))
  let at = 0
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    let encoded = encoder.encodeInto(text, bytes.subarray(at))
    if (encoded.read < text.length) {
      // UTF-8 needs at most three bytes per UTF-16 unit.
      const larger = new Uint8Array(2 * bytes.length + text.length * 3)
      larger.set(bytes.subarray(0, at))
      bytes = larger
      encoded = encoder.encodeInto(text, bytes.subarray(at))
    }
    at += encoded.written
    ends[i] = at
  }
  return { bytes: bytes.slice(0, at), ends }
}

function outcomeTriples(outcomes: readonly OutcomeRow[]): Float64Array<ArrayBuffer> {
  const rows = new Float64Array(outcomes.length * 3)
  outcomes.forEach(({ seq, label, loss }, i) => rows.set([seq, label, loss], i * 3))
  return rows
}
