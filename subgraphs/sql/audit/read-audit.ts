import type { EventLog } from '#ports/event-log.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { AUDIT_TOPIC, type AuditEntry, type AuditRecord } from './audit-entry.ts'

export interface AuditPage {
  entries: readonly AuditEntry[]
  hasNextPage: boolean
}

/** Records read at a time; each may have a statement of the greatest length. */
const CHUNK = 100
/** Records behind a page in which ends of its statements are looked for. */
const LOOK_AHEAD = 2000

/** Statements in the order of their acceptance, newest first. @throws CodedError `INVALID_CURSOR`, `BAD_USER_INPUT`. */
export async function readAudit(
  log: EventLog,
  { first, after }: { first: number; after?: string | null | undefined },
): Promise<AuditPage> {
  if (!(first >= 1 && first <= 100)) {
    throw new CodedError('BAD_USER_INPUT', `first: ${first} given, 1 to 100 wanted.`)
  }
  const [info] = await log.topics([AUDIT_TOPIC])
  const [partition] = info?.partitions ?? []
  if (!partition) return { entries: [], hasNextPage: false }
  const { start, end } = partition
  const before = after == null ? end : decodeAuditCursor(after)
  const ends = new Map<string, AuditRecord>()
  /** Without the text, which its first record has as well. */
  const note = (record: AuditRecord) => {
    if (record.stage === 'ended') ends.set(record.id, { ...record, statement: '' })
  }
  const lookedAt = Math.min(end, before + LOOK_AHEAD)
  for (let from = before; from < lookedAt; from += CHUNK) {
    for (const { record } of await recordsOf(log, from, Math.min(lookedAt, from + CHUNK))) note(record)
  }
  const entries: AuditEntry[] = []
  for (let to = Math.min(before, end); to > start && entries.length <= first; ) {
    const from = Math.max(start, to - CHUNK)
    for (const { offset, record } of (await recordsOf(log, from, to)).reverse()) {
      if (record.stage === 'ended') note(record)
      else entries.push({ ...record, ...ends.get(record.id), statement: record.statement, offset })
    }
    to = from
  }
  return { entries: entries.slice(0, first), hasNextPage: entries.length > first }
}

export function encodeAuditCursor(offset: number): string {
  return Buffer.from(`audit ${offset}`).toString('base64url')
}

function decodeAuditCursor(cursor: string): number {
  const found = /^audit (\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  if (found) return Number(found[1])
  throw new CodedError('INVALID_CURSOR', `"${cursor.slice(0, 80)}" given, a cursor of sqlStatements wanted.`)
}

async function recordsOf(
  log: EventLog,
  from: number,
  to: number,
): Promise<{ offset: number; record: AuditRecord }[]> {
  const found: { offset: number; record: AuditRecord }[] = []
  for await (const { records } of log.read(AUDIT_TOPIC, { from: [from], to: [to] })) {
    for (const { offset, value } of records) {
      found.push({ offset, record: JSON.parse(new TextDecoder().decode(value)) as AuditRecord })
    }
  }
  return found
}
