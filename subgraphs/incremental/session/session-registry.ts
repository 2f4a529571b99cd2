import type { Control } from '#ports/control.ts'
import { createRecoveryPolicy, type RecoveryPolicy } from './recovery-policy.ts'
import type { Runner } from './runner.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionView } from './session-view.ts'

/** A session and what this process does with it. `view.local` holds from the launch until it was put down or lost to another. */
export interface SessionEntry {
  view: SessionView
  runner?: Runner
  /** Set while the platform is stopping the session itself. */
  ending?: 'stop' | 'suspend' | 'yield'
  recovery: RecoveryPolicy
  /** Resolves once the state that follows the runner's end is durable. */
  settled?: Promise<void>
}

export interface SessionRegistry extends Disposable {
  remember(record: SessionRecord): SessionEntry
  get(id: string): SessionEntry | undefined
  /** The newest session of a use case. */
  current(useCase: string): SessionEntry | undefined
  /** Newest first. */
  list(useCase: string): SessionEntry[]
  /** Those that this process holds. */
  local(): SessionEntry[]
  /** Writes a record for every process to see; durable once resolved. */
  store(record: SessionRecord): Promise<void>
  /** Takes what others wrote of a session while it was run here. */
  refresh(entry: SessionEntry): void
}

const PREFIX = 'session/'

/**
 * Every session that is known, past ones included, as control tells of them. What another process says of a session that this
 * one runs does not count: if that is so, the session's lease or its writer will show it.
 */
export function createSessionRegistry({
  control,
  onChange,
}: {
  control: Control
  /** The record of a session that runs elsewhere changed. */
  onChange: (entry: SessionEntry) => void
}): SessionRegistry {
  const entries = new Map<string, SessionEntry>()
  const list = (useCase: string) =>
    [...entries.values()]
      .filter(({ view }) => view.record.useCase === useCase)
      .sort((a, b) => b.view.record.ordinal - a.view.record.ordinal)

  function remember(record: SessionRecord): SessionEntry {
    const figures = { progress: null, metrics: [], metricsAt: null, checkpoint: null }
    const entry: SessionEntry = {
      view: { ...figures, ...record.last, record, local: false },
      recovery: createRecoveryPolicy(),
    }
    entries.set(record.id, entry)
    return entry
  }

  function take(record: SessionRecord | undefined): void {
    // A later version may write records that mean nothing here.
    if (record?.v !== 1) return
    const entry = entries.get(record.id)
    if (entry?.view.local || entry?.view.record === record) return
    if (entry) Object.assign(entry.view, record.last, { record })
    onChange(entry ?? remember(record))
  }

  for (const [, record] of control.entries<SessionRecord>(PREFIX)) if (record.v === 1) remember(record)
  const listening = control.onChange<SessionRecord>(PREFIX, (_, record) => take(record))

  return {
    remember,
    get: id => entries.get(id),
    current: useCase => list(useCase)[0],
    list,
    local: () => [...entries.values()].filter(({ view }) => view.local),
    store: record => control.put(`${PREFIX}${record.id}`, record),
    refresh: ({ view }) => take(control.get<SessionRecord>(`${PREFIX}${view.record.id}`)),
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  }
}
