import type { StateReader } from '../../state/reader.ts'
import { shortKey } from '../../state/short-key.ts'
import type { StateWriter } from '../../state/writer.ts'
import { type GroupStatistics, loadGroup, saveGroup } from './group-statistics.ts'

export interface LiveGroup {
  readonly statistics: GroupStatistics
  lastMs: number
  /** Share of each class as it was last added to the sums; null when it was not. */
  posterior: Float64Array | null
}

/** The groups that may still go on, the one idle for longest first. */
export interface LiveGroups {
  readonly size: number
  get(id: string): LiveGroup | undefined
  /** Puts a group at the end of the order. */
  touch(id: string, group: LiveGroup): void
  /** Takes out the group idle for longest if it has been since before `beforeMs`. */
  takeIdle(beforeMs: number): LiveGroup | undefined
  /** In order of their latest event. */
  all(): Iterable<LiveGroup>
  save(out: StateWriter): void
}

export function createLiveGroups(columns: number, numerics: number, input?: StateReader): LiveGroups {
  // A Map keeps the order of insertion: a group that is deleted and set again moves to the end.
  const groups = new Map<string, LiveGroup>()
  for (let left = input ? input.u32() : 0; input && left > 0; left--) {
    const id = input.str()
    const lastMs = input.f64()
    const posterior = input.bool() ? input.f64s() : null
    groups.set(id, { statistics: loadGroup(input, columns, numerics), lastMs, posterior })
  }
  return {
    get size() {
      return groups.size
    },
    get: id => groups.get(shortKey(id)),
    touch(id, group) {
      const key = shortKey(id)
      groups.delete(key)
      groups.set(key, group)
    },
    takeIdle(beforeMs) {
      for (const [id, group] of groups) {
        if (!(group.lastMs < beforeMs)) return undefined
        groups.delete(id)
        return group
      }
      return undefined
    },
    all: () => groups.values(),
    save(out) {
      out.u32(groups.size)
      for (const [id, { statistics, lastMs, posterior }] of groups) {
        out.str(id)
        out.f64(lastMs)
        out.bool(posterior !== null)
        if (posterior !== null) out.f64s(posterior)
        saveGroup(out, statistics)
      }
    },
  }
}
