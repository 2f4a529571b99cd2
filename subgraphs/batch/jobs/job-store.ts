import type { Control } from '#ports/control.ts'
import type { JobProgress, JobRecord } from './job.ts'
import { isFinal } from './job-states.ts'

/** Every job that is known, as control and the processes that work on them tell. */
export interface JobStore extends Disposable {
  get(id: string): JobRecord | undefined
  /** Those of one use case or of all, newest first. */
  list(useCase?: string): JobRecord[]
  /** Those that are not over, oldest first: the queue. */
  unfinished(): JobRecord[]
  /** What control says of a job, which is behind what is held here. */
  stored(id: string): JobRecord | undefined
  /** Resolves once everything that any process wrote before is seen here. */
  settle(): Promise<void>
  /** Durable once resolved. */
  put(record: JobRecord): Promise<void>
  remove(id: string): Promise<void>
  /** A job that this process works on stands as it says, until it lets go. */
  hold(record: JobRecord): void
  letGo(id: string): void
  isHeld(id: string): boolean
  /** Another process tells how far a job is. */
  advance(id: string, attempts: number, progress: JobProgress): void
  isCancelled(id: string): boolean
  /** Durable once resolved: whoever has the job, or gets it next, stops it. */
  requestCancel(id: string): Promise<void>
  forgetCancel(id: string): Promise<void>
  /** Hears of every job that is another than before. */
  onChange(listener: (record: JobRecord) => void): Disposable
}

const JOB = 'batch-job/'
const CANCEL = 'batch-cancel/'

export function createJobStore({
  control,
  owner,
  onTaken,
  onCancel,
}: {
  control: Control
  /** This process. */
  owner: string
  /** Another process has begun with a job that is held here. */
  onTaken: (id: string) => void
  onCancel: (id: string) => void
}): JobStore {
  const known = new Map<string, JobRecord>()
  const held = new Map<string, JobRecord>()
  const listeners = new Set<(record: JobRecord) => void>()

  function take(id: string, record: JobRecord | undefined): void {
    if (record === undefined) return void known.delete(id)
    // A later version may write records that mean nothing here.
    if (record.v !== 1) return
    known.set(id, record)
    const mine = held.get(id)
    if (!mine) return tell(record)
    // A process that was frozen writes of what it had long lost: whoever has the job says so again with its next state.
    const isOthers = record.owner !== null && record.owner !== owner
    if (isOthers && record.attempts >= mine.attempts) onTaken(id)
  }

  function tell(record: JobRecord): void {
    for (const listener of listeners) listener(record)
  }

  for (const [key, record] of control.entries<JobRecord>(JOB)) take(key.slice(JOB.length), record)
  const listening = new DisposableStack()
  listening.use(control.onChange<JobRecord>(JOB, (key, record) => take(key.slice(JOB.length), record)))
  listening.use(
    control.onChange(CANCEL, (key, request) => {
      if (request !== undefined) onCancel(key.slice(CANCEL.length))
    }),
  )

  const get = (id: string) => held.get(id) ?? known.get(id)
  const all = () => [...known.keys()].map(id => get(id) as JobRecord)

  return {
    get,
    list: useCase =>
      all()
        // One without a run was not taken in yet.
        .filter(({ spec, run }) => run !== '' && (useCase === undefined || spec.useCase === useCase))
        .sort((a, b) => inOrder(b, a)),
    unfinished: () =>
      all()
        .filter(({ state }) => !isFinal(state))
        .sort(inOrder),
    stored: id => known.get(id),
    settle: () => control.settle(),
    put: record => control.put(JOB + record.id, record),
    remove: id => control.delete(JOB + id),
    hold(record) {
      held.set(record.id, record)
      tell(record)
    },
    letGo(id) {
      if (!held.delete(id)) return
      const record = known.get(id)
      if (record) tell(record)
    },
    isHeld: id => held.has(id),
    advance(id, attempts, progress) {
      const record = known.get(id)
      if (!record || held.has(id) || isFinal(record.state) || record.attempts !== attempts) return
      const advanced = { ...record, progress }
      known.set(id, advanced)
      tell(advanced)
    },
    isCancelled: id => control.get(CANCEL + id) !== undefined,
    requestCancel: id => control.put(CANCEL + id, { at: Date.now() }),
    forgetCancel: id => control.delete(CANCEL + id),
    onChange(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
    [Symbol.dispose]() {
      listening.dispose()
      listeners.clear()
    },
  }
}

/** By when they were queued, and alike in every process. */
function inOrder(a: JobRecord, b: JobRecord): number {
  return a.queuedAt - b.queuedAt || (a.id < b.id ? -1 : 1)
}
