import { PortError } from '#ports/port-error.ts'
import { applyCommit } from './apply-commit.ts'
import { readLastCheckpoint } from './last-checkpoint.ts'
import { limited } from './limited.ts'
import { loadState } from './load-state.ts'
import { statedTime } from './stated-time.ts'
import type { LogContext } from './log-context.ts'
import { commitName } from './log-names.ts'
import type { LogState } from './log-state.ts'
import { parseActions } from './parse-actions.ts'
import { removedFileRetention } from './table-settings.ts'

/** States kept for readers of recent versions; they share most of their memory. */
const RECENT = 64
/** Of versions that were loaded by themselves, which share no memory. */
const PAST = 4
/** Commits asked for at once when one turned out to be there. */
const READ_AHEAD = 16

/** The newest known state and those shortly before it, brought forward by what others commit. */
export interface LogTip {
  /** Reads the commits that came since; whoever asks sees all that was there when they asked. */
  newest(): Promise<LogState | null>
  /** Throws `LAKE_VERSION_UNKNOWN`. */
  at(version: number): Promise<LogState | null>
  /** Tells of a version that this process committed. */
  advance(state: LogState): void
  /** Drops tombstones whose retention is over from the newest state. */
  forgetTombstones(): void
  /** Versions before this one are gone. */
  forgetBefore(version: number): void
}

export const createLogTip = (context: LogContext): LogTip => {
  const { objects, now } = context
  const recent = new Map<number, LogState>()
  const past = new Map<number, LogState>()
  let tip: LogState | null = null
  let running: Promise<LogState | null> | null = null
  let waiting: Promise<LogState | null> | null = null

  const keep = (state: LogState): void => {
    recent.delete(state.version)
    recent.set(state.version, state)
    for (const version of recent.keys()) {
      if (recent.size <= RECENT) break
      recent.delete(version)
    }
  }

  const advance = (state: LogState): void => {
    keep(state)
    if (tip === null || state.version >= tip.version) tip = state
  }

  const reload = async (): Promise<LogState | null> => {
    const state = await loadState(context)
    // A table that was deleted, and perhaps made anew.
    if (state === null || (tip !== null && state.version < tip.version)) {
      recent.clear()
      past.clear()
      tip = null
    }
    if (state !== null) advance(state)
    return state
  }

  const bringForward = async (): Promise<LogState | null> => {
    if (tip === null) return reload()
    for (let count = 1; ; count = READ_AHEAD) {
      const from: LogState = tip
      const versions = Array.from({ length: count }, (_, index) => from.version + 1 + index)
      const contents = await limited(versions, READ_AHEAD, version => objects.find(commitName(version)))
      const missing = contents.indexOf(null)
      const found = missing < 0 ? contents : contents.slice(0, missing)
      for (const [index, content] of found.entries()) {
        const version = from.version + 1 + index
        // A commit of ours may have brought the tip forward while we read; the same version must not count twice.
        if (tip !== null && tip.version >= version) continue
        if (tip?.version !== version - 1) return reload()
        const next = await stateAfter(tip, content as Uint8Array)
        if (next === null) return reload()
        advance(next)
      }
      if (missing < 0) continue
      // Something behind the hole: either it was filled in the meantime, or it is one.
      if (contents.slice(missing).some(content => content !== null)) {
        if (found.length > 0) continue
        return reload()
      }
      // A log that was cleaned beyond what we know has no next commit either.
      const pointer = await readLastCheckpoint(objects)
      if (pointer !== null && pointer > tip.version) return reload()
      return (await isThere(tip.version)) ? tip : reload()
    }
  }

  /** A table that was deleted under us, and perhaps made anew, has no such version; one that was cleaned has its checkpoint. */
  const isThere = async (version: number): Promise<boolean> =>
    (await objects.stat(commitName(version))) !== null || (await readLastCheckpoint(objects)) === version

  /** Null if the commit is not whole: then a later checkpoint may help, or the error has to say what does. */
  const stateAfter = async (before: LogState, content: Uint8Array): Promise<LogState | null> => {
    const version = before.version + 1
    const known = recent.get(version)
    if (known !== undefined) return known
    try {
      const actions = parseActions(content)
      const stated = statedTime(actions) ?? (await objects.stat(commitName(version)))?.modifiedAt ?? 0
      const timestamp = Math.max(stated, before.timestamp + 1)
      return applyCommit(context, before, { version, timestamp, actions })
    } catch (error) {
      if (error instanceof PortError) throw error
      return null
    }
  }

  const start = (): Promise<LogState | null> => {
    const run = bringForward().finally(() => {
      if (running === run) running = null
    })
    running = run
    return run
  }

  const newest = (): Promise<LogState | null> => {
    if (running === null) return start()
    // What runs may have looked already; all that come now share the next look.
    waiting ??= running
      .catch(() => {})
      .then(() => {
        waiting = null
        return start()
      })
    return waiting
  }

  return {
    newest,
    advance,

    async at(version) {
      const known = recent.get(version)
      if (known !== undefined) return known
      const loaded = past.get(version) ?? (await loadState(context, version))
      if (loaded === null) return null
      past.delete(version)
      past.set(version, loaded)
      for (const oldest of past.keys()) {
        if (past.size <= PAST) break
        past.delete(oldest)
      }
      return loaded
    },

    forgetTombstones() {
      if (tip === null) return
      const oldest = now() - removedFileRetention(tip.metadata)
      const over: [string, undefined][] = []
      for (const [name, { deletionTimestamp = 0 }] of tip.tombstones) {
        if (deletionTimestamp <= oldest) over.push([name, undefined])
      }
      if (over.length > 0) tip = { ...tip, tombstones: tip.tombstones.with(over) }
    },

    forgetBefore(version) {
      for (const states of [recent, past])
        for (const known of states.keys()) if (known < version) states.delete(known)
    },
  }
}
