import type { Control } from '#ports/control.ts'
import { areNewer } from './newer-figures.ts'
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
  /** Goes back to what control says of a session, after this process let go of it or failed to take it. */
  refresh(entry: SessionEntry): void
}

const PREFIX = 'session/'

/**
 * Every session that is known, past ones included, as control tells of them. A process that was frozen may write of a session
 * when another has long taken it: such a record, of a lower term, counts nowhere, and whoever runs the session writes its own
 * again.
 */
export function createSessionRegistry({
  control,
  onChange,
  onTaken,
}: {
  control: Control
  /** The record of a session that runs elsewhere changed. */
  onChange: (entry: SessionEntry) => void
  /** Another process has taken a session that runs here. */
  onTaken: (entry: SessionEntry) => void
}): SessionRegistry {
  const entries = new Map<string, SessionEntry>()
  /** The newest of each use case, since past ones are many. */
  const newest = new Map<string, SessionEntry>()

  function remember(record: SessionRecord): SessionEntry {
    const figures = {
      progress: null,
      metrics: [],
      models: [],
      promotions: [],
      metricsAt: null,
      checkpoint: null,
    }
    const entry: SessionEntry = {
      view: { ...figures, ...record.last, record, local: false },
      recovery: createRecoveryPolicy(),
    }
    entries.set(record.id, entry)
    const before = newest.get(record.useCase)
    if (!before || byAge(entry, before) < 0) newest.set(record.useCase, entry)
    return entry
  }

  function take(record: SessionRecord | undefined): void {
    // A later version may write records that mean nothing here.
    if (record?.v !== 1) return
    const entry = entries.get(record.id)
    if (!entry) return onChange(remember(record))
    const { view } = entry
    if (view.record === record) return
    const ahead = termOf(record) - termOf(view.record)
    // Its next state is stored anyway, should this fail.
    if (ahead < 0 && view.local) store(view.record).catch(() => {})
    if (ahead > 0 && view.local) onTaken(entry)
    if (ahead < 0 || view.local) return
    become(entry, record)
    onChange(entry)
  }

  function become({ view }: SessionEntry, record: SessionRecord): void {
    view.record = record
    // What a session was put down with stays in its record for as long as it runs again.
    if (record.last && areNewer(record.last, view)) Object.assign(view, record.last)
  }

  const store = (record: SessionRecord) => control.put(`${PREFIX}${record.id}`, record)

  for (const [, record] of control.entries<SessionRecord>(PREFIX)) if (record.v === 1) remember(record)
  const listening = control.onChange<SessionRecord>(PREFIX, (_, record) => take(record))

  return {
    remember,
    get: id => entries.get(id),
    current: useCase => newest.get(useCase),
    list: useCase => [...entries.values()].filter(({ view }) => view.record.useCase === useCase).sort(byAge),
    local: () => [...entries.values()].filter(({ view }) => view.local),
    store,
    refresh(entry) {
      const record = control.get<SessionRecord>(`${PREFIX}${entry.view.record.id}`)
      if (record?.v === 1) become(entry, record)
    },
    [Symbol.dispose]: () => listening[Symbol.dispose](),
  }
}

function termOf({ term = 0 }: SessionRecord): number {
  return term
}

/** Newest first, and alike in every process even where two began one at once. */
function byAge({ view: { record: a } }: SessionEntry, { view: { record: b } }: SessionEntry): number {
  return b.ordinal - a.ordinal || b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1)
}
