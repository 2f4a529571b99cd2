import assert from 'node:assert/strict'
import type { Control } from '#ports/control.ts'
import type { SessionRecord } from '#subgraphs/incremental/session/session-record.ts'

/** The newest session of each use case, as control tells of them. */
export function sessionsOf(control: Control): Map<string, SessionRecord> {
  const records = control.entries<SessionRecord>('session/').map(([, record]) => record)
  return new Map(records.toSorted((a, b) => a.ordinal - b.ordinal).map(record => [record.useCase, record]))
}

/** The process that runs the session of a use case. */
export function ownerOf(control: Control, useCase: string): string {
  const owner = sessionsOf(control).get(useCase)?.owner
  assert.ok(owner, `somebody runs the session of ${useCase}`)
  return owner
}
