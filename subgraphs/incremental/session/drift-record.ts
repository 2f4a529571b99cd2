import type { DriftSignal } from '#learn/drift/drift-signal.ts'

/** A change that a session noticed, and when. */
export interface DriftRow extends Omit<DriftSignal, 'category'> {
  /** Whose share changed, where it is a category's. */
  category: string | null
  /** Sequence number that the next prediction got when it was noticed. */
  seq: number
  /** Event time then. */
  eventTime: number
}

/** A record of `<topic>.drift`. */
export interface DriftRecord {
  v: 1
  session: string
  /** Signals of the session before the first of these. */
  from: number
  /** Unix milliseconds at which it was published. */
  at: number
  rows: DriftRow[]
}

export function driftText(record: Omit<DriftRecord, 'v'>): string {
  return JSON.stringify({ v: 1, ...record } satisfies DriftRecord)
}

export function parseDriftRecord(value: Uint8Array): DriftRecord {
  return JSON.parse(new TextDecoder().decode(value)) as DriftRecord
}
