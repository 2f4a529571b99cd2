import type { LogListing } from '../log/list-log.ts'

/** Readers of versions this young find a checkpoint nearby. */
const YOUNG_MS = 600_000
const HOUR_MS = 3_600_000

/**
 * Keys of checkpoints that may go although the log's retention is not over: of those older than ten minutes, all but the first of
 * each hour. With a commit every few seconds there would be thousands a day, each with all files that were removed lately. Only one
 * whose version can still be built goes: from one that stays, by commits that are all there.
 */
export const spareCheckpoints = ({ checkpoints, commits }: LogListing, now: number): string[] => {
  const spare: string[] = []
  let kept: { version: number; hour: number } | null = null
  for (const [index, { version, parts }] of checkpoints.entries()) {
    const [only, ...others] = parts
    const at = only?.modifiedAt ?? now
    const hour = Math.floor(at / HOUR_MS)
    const wanted =
      kept === null ||
      kept.hour !== hour ||
      index === checkpoints.length - 1 ||
      at > now - YOUNG_MS ||
      others.length > 0 ||
      !isBuiltFrom(kept.version, version, commits)
    if (wanted) kept = { version, hour }
    else if (only !== undefined) spare.push(only.key)
  }
  return spare
}

const isBuiltFrom = (from: number, to: number, commits: LogListing['commits']): boolean => {
  for (let version = from + 1; version <= to; version++) if (!commits.has(version)) return false
  return true
}
