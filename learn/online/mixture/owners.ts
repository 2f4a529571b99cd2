import type { StateReader } from '../../state/reader.ts'
import { shortKey } from '../../state/short-key.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Column } from '../learner.ts'
import {
  addStatistics,
  createGroupStatistics,
  type GroupStatistics,
  loadGroup,
  saveGroup,
} from './group-statistics.ts'
import type { LiveGroup } from './live-groups.ts'

/** An owner of groups: a customer, whose sessions are the groups. */
interface Owner {
  /** Everything its groups that are over held. */
  readonly past: GroupStatistics
  groups: number
  /** Its other groups, the one with the latest event last. */
  live: LiveGroup[]
}

/**
 * What is known of the owners of groups. An owner has one class, so its groups count together, as if they were one; nothing
 * of it depends on the classes, so that all of it counts when they change. At most so many are kept, the one seen least
 * recently goes first.
 */
export interface Owners {
  readonly size: number
  /** Notes the owner of a live group that has just had an event. */
  claim(owner: string, group: LiveGroup): void
  /** A group is over. */
  release(group: LiveGroup): void
  /** Fills `out` with everything that the owner's groups hold; returns their number, 0 for an unknown owner. */
  collect(owner: string, out: GroupStatistics): number
  save(out: StateWriter, live: Iterable<LiveGroup>): void
}

interface Options {
  columns: readonly Column[]
  numerics: number
  most: number
  /** All live groups, in the order in which they were saved. */
  live: Iterable<LiveGroup>
  input?: StateReader | undefined
}

export function createOwners({ columns, numerics, most, live, input }: Options): Owners {
  const owners = new Map<string, Owner>()
  const ownerOf = new Map<LiveGroup, string>()
  if (input) read(input)

  function read(from: StateReader): void {
    for (let left = from.u32(); left > 0; left--) {
      const name = from.str()
      const groups = from.f64()
      owners.set(name, { groups, past: loadGroup(from, columns.length, numerics), live: [] })
    }
    for (const group of live) {
      const name = from.str()
      if (name === '') continue
      ownerOf.set(group, name)
      owners.get(name)?.live.push(group)
    }
  }

  return {
    get size() {
      return owners.size
    },
    claim(name, group) {
      const key = shortKey(name)
      if (key === '') return
      const before = ownerOf.get(group)
      // A group has one owner, the first.
      if (before !== undefined && before !== key) return
      ownerOf.set(group, key)
      const owner = owners.get(key) ?? { past: createGroupStatistics(columns, numerics), groups: 0, live: [] }
      owner.live = [...owner.live.filter(other => other !== group), group]
      owners.delete(key)
      owners.set(key, owner)
      for (const oldest of owners.keys()) {
        if (owners.size <= most) break
        owners.delete(oldest)
      }
    },
    release(group) {
      const name = ownerOf.get(group)
      if (name === undefined) return
      ownerOf.delete(group)
      const owner = owners.get(name)
      if (owner === undefined) return
      owner.live = owner.live.filter(other => other !== group)
      addStatistics(owner.past, group.statistics)
      owner.groups += 1
    },
    collect(name, out) {
      const owner = owners.get(shortKey(name))
      if (owner === undefined) return 0
      addStatistics(out, owner.past)
      for (const { statistics } of owner.live) addStatistics(out, statistics)
      return owner.groups + owner.live.length
    },
    save(out, groups) {
      out.u32(owners.size)
      for (const [name, { past, groups: count }] of owners) {
        out.str(name)
        out.f64(count)
        saveGroup(out, past)
      }
      for (const group of groups) out.str(ownerOf.get(group) ?? '')
    },
  }
}
