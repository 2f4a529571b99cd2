import { createRecoveryPolicy, type RecoveryPolicy } from './recovery-policy.ts'
import type { Runner } from './runner.ts'
import type { SessionRecord } from './session-record.ts'
import type { SessionView } from './session-view.ts'

/** A session and what this process does with it. */
export interface SessionEntry {
  view: SessionView
  runner?: Runner
  /** Set while the platform is stopping the session itself. */
  ending?: 'stop' | 'suspend'
  recovery: RecoveryPolicy
  /** Resolves once the state that follows the runner's end is durable. */
  settled?: Promise<void>
}

export interface SessionRegistry {
  remember(record: SessionRecord): SessionEntry
  get(id: string): SessionEntry | undefined
  /** The newest session of a use case. */
  current(useCase: string): SessionEntry | undefined
  /** Newest first. */
  list(useCase: string): SessionEntry[]
  running(): SessionEntry[]
}

/** Every session that is known, past ones included. */
export function createSessionRegistry(records: Iterable<SessionRecord>): SessionRegistry {
  const entries = new Map<string, SessionEntry>()
  const list = (useCase: string) =>
    [...entries.values()]
      .filter(({ view }) => view.record.useCase === useCase)
      .sort((a, b) => b.view.record.ordinal - a.view.record.ordinal)

  function remember(record: SessionRecord): SessionEntry {
    const figures = { progress: null, metrics: [], metricsAt: null, checkpoint: null }
    const entry: SessionEntry = {
      view: { ...figures, ...record.last, record },
      recovery: createRecoveryPolicy(),
    }
    entries.set(record.id, entry)
    return entry
  }

  for (const record of records) remember(record)
  return {
    remember,
    get: id => entries.get(id),
    current: useCase => list(useCase)[0],
    list,
    running: () => [...entries.values()].filter(({ runner }) => runner),
  }
}
