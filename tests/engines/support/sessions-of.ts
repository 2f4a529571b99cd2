import type { Control } from '#ports/control.ts'
import type { SessionRecord } from '#subgraphs/incremental/session/session-record.ts'

/** The newest session of each use case, as control tells of them. */
export function sessionsOf(control: Control): Map<string, SessionRecord> {
  const records = control.entries<SessionRecord>('session/').map(([, record]) => record)
  return new Map(records.toSorted((a, b) => a.ordinal - b.ordinal).map(record => [record.useCase, record]))
}

/** The process that runs the session of a use case; null while nobody does. */
export function ownerOf(control: Control, useCase: string): string | null {
  return sessionsOf(control).get(useCase)?.owner ?? null
}
