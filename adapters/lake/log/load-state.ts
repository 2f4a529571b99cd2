import { earliestVersion } from './earliest-version.ts'
import { statedTime } from './stated-time.ts'
import { PortError } from '#ports/port-error.ts'
import type { Action } from './actions.ts'
import { applyCommit } from './apply-commit.ts'
import { type CheckpointRef, type LogListing, listLog } from './list-log.ts'
import { limited } from './limited.ts'
import type { LogContext } from './log-context.ts'
import { commitName } from './log-names.ts'
import type { LogState } from './log-state.ts'
import { parseActions } from './parse-actions.ts'
import { readCheckpoint } from './read-checkpoint.ts'
import { readLastCheckpoint } from './last-checkpoint.ts'
import { tableCorrupt, unsupportedCheckpoint, versionUnknown } from './table-errors.ts'

/** Commits read at once, and kept in memory until they are applied. */
const COMMITS_AT_ONCE = 16
/** A log that is cleaned while it is read loses files that were listed. */
const ATTEMPTS = 3

/**
 * Reads the newest version, or the one given, from the nearest whole checkpoint before it on; null if there is no table.
 * Throws `LAKE_VERSION_UNKNOWN`, `LAKE_TABLE_CORRUPT` and `LAKE_UNSUPPORTED`.
 */
export const loadState = async (context: LogContext, version?: number): Promise<LogState | null> => {
  for (let attempt = 1; ; attempt++) {
    const listing = await listFor(context, version)
    if (listing.latest < 0) {
      if (listing.hasCheckpointsV2) throw unsupportedCheckpoint(context.table)
      return null
    }
    if (version !== undefined && (version > listing.latest || version < 0)) {
      throw versionUnknown(context.table, `version ${version}`, {
        earliest: earliestVersion(listing),
        latest: listing.latest,
      })
    }
    try {
      return await loadFrom(context, listing, version ?? listing.latest)
    } catch (error) {
      if (!(error instanceof VanishedError)) throw error
      if (attempt === ATTEMPTS) {
        const { table } = context
        throw tableCorrupt({
          table,
          file: error.key,
          version: listing.latest,
          lastGood: null,
          what: 'is missing',
        })
      }
    }
  }
}

class VanishedError extends Error {
  readonly key: string
  constructor(key: string) {
    super(`${key} has vanished.`)
    this.key = key
  }
}

/** For the newest version the part of the log from the last checkpoint on is enough, if the pointer to that tells the truth. */
const listFor = async ({ objects }: LogContext, version: number | undefined): Promise<LogListing> => {
  const pointer = version === undefined ? await readLastCheckpoint(objects) : null
  if (pointer === null || pointer === 0) return listLog(objects)
  const tail = await listLog(objects, pointer)
  return tail.checkpoints.length > 0 ? tail : listLog(objects)
}

const loadFrom = async (context: LogContext, listing: LogListing, target: number): Promise<LogState> => {
  const { table } = context
  const damaged: DamagedCheckpoint[] = []
  const base = await nearestCheckpoint(context, listing, target, damaged)
  if (base !== null) return replay(context, listing, base, target)
  // A listing that begins at the pointer's checkpoint does not show what is before it.
  const full = await listLog(context.objects)
  const first = listing.checkpoints[0]?.version ?? Number.POSITIVE_INFINITY
  const checkpoints = full.checkpoints.filter(({ version }) => version < first)
  const older = await nearestCheckpoint(context, { ...full, checkpoints }, target, damaged)
  if (older !== null || full.commits.has(0)) return replay(context, full, older, target)
  if (full.hasCheckpointsV2) throw unsupportedCheckpoint(table)
  const [newest] = damaged
  const earliest = earliestVersion(full)
  if (newest === undefined && target < earliest) {
    throw versionUnknown(table, `version ${target}`, { earliest, latest: full.latest })
  }
  const file = newest?.key ?? commitName(0)
  const what = newest === undefined ? 'is missing' : 'is damaged'
  throw tableCorrupt({ table, file, version: target, lastGood: null, what, cause: newest?.error })
}

interface DamagedCheckpoint {
  key: string
  error: unknown
}

/** The state of the newest checkpoint at or before a version that can be read; null if there is none. */
const nearestCheckpoint = async (
  context: LogContext,
  listing: LogListing,
  target: number,
  damaged: DamagedCheckpoint[],
): Promise<LogState | null> => {
  for (const checkpoint of listing.checkpoints.toReversed()) {
    const { version, parts } = checkpoint
    if (version > target) continue
    const key = parts[0]?.key ?? ''
    try {
      return await stateOfCheckpoint(context, listing, checkpoint)
    } catch (error) {
      // It was listed just now, so what is not there any more was cleaned since.
      if (error instanceof PortError) throw error.code === 'NOT_FOUND' ? new VanishedError(key) : error
      damaged.push({ key, error })
      const what = error instanceof Error ? error.message : String(error)
      context.onNotice(
        'warn',
        `Checkpoint ${version} of table "${context.table}" can't be read (${what}); going on with an older one.`,
      )
    }
  }
  return null
}

const stateOfCheckpoint = async (
  context: LogContext,
  listing: LogListing,
  checkpoint: CheckpointRef,
): Promise<LogState> => {
  const { version } = checkpoint
  const { table, objects, parquet } = context
  const actions = await readCheckpoint({ table, objects, parquet, checkpoint })
  const commit = listing.commits.get(version)
  const written = commit ?? checkpoint.parts[0]
  let timestamp = written?.modifiedAt ?? 0
  if (commit !== undefined) {
    try {
      timestamp = statedTime(await readCommit(context, version)) ?? timestamp
    } catch {
      // The checkpoint has all else that the commit says.
    }
  }
  return applyCommit(context, null, { version, timestamp, actions })
}

/** Applies the commits behind a state up to a version; all of them must be there. */
const replay = async (
  context: LogContext,
  listing: LogListing,
  from: LogState | null,
  target: number,
): Promise<LogState> => {
  const { table } = context
  let state = from
  const versions: number[] = []
  for (let version = (from?.version ?? -1) + 1; version <= target; version++) {
    if (!listing.commits.has(version)) break
    versions.push(version)
  }
  for (let start = 0; start < versions.length; start += COMMITS_AT_ONCE) {
    const some = versions.slice(start, start + COMMITS_AT_ONCE)
    const commits = await limited(some, COMMITS_AT_ONCE, version => settled(readCommit(context, version)))
    for (const [index, version] of some.entries()) {
      const { value: actions, error } = commits[index] as Settled<Action[]>
      const lastGood = state?.version ?? null
      const file = commitName(version)
      try {
        if (actions === undefined) throw error
        const stated = statedTime(actions) ?? listing.commits.get(version)?.modifiedAt ?? 0
        const timestamp = state === null ? stated : Math.max(stated, state.timestamp + 1)
        state = applyCommit(context, state, { version, timestamp, actions })
      } catch (error) {
        if (error instanceof PortError || error instanceof VanishedError) throw error
        const what = `is damaged (${error instanceof Error ? error.message.replace(/\.$/, '') : String(error)})`
        throw tableCorrupt({ table, file, version: target, lastGood, what, cause: error })
      }
    }
  }
  if (state?.version === target) return state
  const missing = (state?.version ?? -1) + 1
  const lastGood = state?.version ?? null
  throw tableCorrupt({ table, file: commitName(missing), version: target, lastGood, what: 'is missing' })
}

/** Throws what `parseActions` does, and `VanishedError`. */
const readCommit = async ({ objects }: LogContext, version: number): Promise<Action[]> => {
  const content = await objects.find(commitName(version))
  if (content === null) throw new VanishedError(commitName(version))
  return parseActions(content)
}

type Settled<T> = { value: T; error?: undefined } | { value?: undefined; error: unknown }

const settled = async <T>(promise: Promise<T>): Promise<Settled<T>> => {
  try {
    return { value: await promise }
  } catch (error) {
    return { error }
  }
}
