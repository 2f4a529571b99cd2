import { earliestVersion } from './earliest-version.ts'
import { statedTime } from './stated-time.ts'
import { limited } from './limited.ts'
import { type LogListing, listLog } from './list-log.ts'
import type { LogContext } from './log-context.ts'
import { commitName } from './log-names.ts'
import { parseActions } from './parse-actions.ts'
import { unsupportedCheckpoint, versionUnknown } from './table-errors.ts'

/**
 * When versions were committed: what the commit says, else when its file was written, and always after the version before. Ours
 * always come in order; so a long log is searched by halves, and only among the last few versions others' clocks are set right.
 */
export interface Timeline {
  /** The newest version at an instant (Unix milliseconds); null if there is no table. Throws `LAKE_VERSION_UNKNOWN`. */
  versionAt(timestamp: number): Promise<number | null>
  /** As `versionAt`, within a listing; null if the first version is younger. */
  versionIn(listing: LogListing, timestamp: number): Promise<number | null>
}

const WINDOW = 256
const READS_AT_ONCE = 16

export const createTimeline = ({ table, objects }: Pick<LogContext, 'table' | 'objects'>): Timeline => {
  const known = new Map<number, number>()

  const statedAt = async ({ commits, checkpoints }: LogListing, version: number): Promise<number> => {
    const cached = known.get(version)
    if (cached !== undefined) return cached
    const info = commits.get(version) ?? checkpoints.find(one => one.version === version)?.parts[0]
    const content = commits.has(version) ? await objects.find(commitName(version)) : null
    const time = timeOf(content) ?? info?.modifiedAt ?? 0
    known.set(version, time)
    return time
  }

  const versionIn = async (listing: LogListing, timestamp: number): Promise<number | null> => {
    let low = earliestVersion(listing)
    let high = listing.latest
    while (high - low > WINDOW) {
      const middle = Math.floor((low + high) / 2)
      if ((await statedAt(listing, middle)) <= timestamp) low = middle
      else high = middle
    }
    const versions = Array.from({ length: high - low + 1 }, (_, index) => low + index)
    const times = await limited(versions, READS_AT_ONCE, version => statedAt(listing, version))
    let found: number | null = null
    let last = Number.NEGATIVE_INFINITY
    for (const [index, version] of versions.entries()) {
      last = Math.max(times[index] ?? 0, last + 1)
      if (last > timestamp) break
      found = version
    }
    return found
  }

  return {
    versionIn,
    async versionAt(timestamp) {
      const listing = await listLog(objects)
      if (listing.latest < 0) {
        if (listing.hasCheckpointsV2) throw unsupportedCheckpoint(table)
        return null
      }
      const version = await versionIn(listing, timestamp)
      if (version !== null) return version
      throw versionUnknown(table, `version at ${instant(timestamp)}`, {
        earliest: earliestVersion(listing),
        latest: listing.latest,
      })
    },
  }
}

const timeOf = (content: Uint8Array | null): number | null => {
  if (content === null) return null
  try {
    return statedTime(parseActions(content))
  } catch {
    return null
  }
}

const instant = (timestamp: number): string => {
  const date = new Date(timestamp)
  return Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString()
}
