import type { ObjectInfo } from '#ports/objects.ts'
import { LOG_FOLDER, parseLogName, versionStart } from './log-names.ts'
import type { TableObjects } from './table-objects.ts'

/** What is in `_delta_log/`. */
export interface LogListing {
  /** By version. */
  commits: ReadonlyMap<number, ObjectInfo>
  /** Whole ones, oldest first. */
  checkpoints: readonly CheckpointRef[]
  /** Whether there are checkpoints of version 2, which we can't read. */
  hasCheckpointsV2: boolean
  /** -1 if there is no version. */
  latest: number
  /** Everything that belongs to a version, for cleaning. */
  entries: readonly { version: number; info: ObjectInfo }[]
}

export interface CheckpointRef {
  version: number
  /** Its parts in their order. */
  parts: readonly ObjectInfo[]
}

/** Lists the log from a version on (default: all of it). Files of other kinds are none of our business. */
export const listLog = async (objects: TableObjects, from = 0): Promise<LogListing> => {
  const commits = new Map<number, ObjectInfo>()
  const partsOf = new Map<string, { version: number; parts: ObjectInfo[]; wanted: number }>()
  const entries: { version: number; info: ObjectInfo }[] = []
  let hasCheckpointsV2 = false
  const after = from === 0 ? {} : { after: versionStart(from) }
  for await (const info of objects.list(LOG_FOLDER, after)) {
    const name = parseLogName(info.key)
    if (name.kind === 'foreign' || name.version < from) continue
    entries.push({ version: name.version, info })
    if (name.kind === 'commit') commits.set(name.version, info)
    else if (name.kind === 'checkpoint-v2') hasCheckpointsV2 = true
    else if (name.kind === 'checkpoint') {
      // Writers with other numbers of parts may have written the same version.
      const id = `${name.version}/${name.parts}`
      const found = partsOf.get(id) ?? { version: name.version, parts: [], wanted: name.parts }
      found.parts.push(info)
      partsOf.set(id, found)
    }
  }
  const checkpoints = [...partsOf.values()]
    .filter(({ parts, wanted }) => parts.length === wanted)
    .sort((a, b) => a.version - b.version)
  let latest = checkpoints.at(-1)?.version ?? -1
  for (const version of commits.keys()) if (version > latest) latest = version
  return { commits, checkpoints, hasCheckpointsV2, latest, entries }
}
