import type { StateReader } from '../../state/reader.ts'
import { shortKey } from '../../state/short-key.ts'
import type { StateWriter } from '../../state/writer.ts'

/** What is kept of a group: the sum of its points and the labels that its events were given. */
export interface RunningGroup {
  /** Per value the sum and how many points had it; empty before the first point. */
  sums: Float64Array
  counts: Float64Array
  /** Events by label. */
  readonly votes: Map<number, number>
  events: number
  lastMs: number
}

/** Groups by id, at most so many: the one idle for longest goes first. */
export interface RunningGroups {
  readonly size: number
  get(id: string): RunningGroup | undefined
  /** The group, created if need be, now the latest. */
  touch(id: string, timeMs: number): RunningGroup
  /** Forgets groups without an event since then. */
  forgetBefore(timeMs: number): void
  sizeBytes(): number
  save(out: StateWriter): void
}

export function createRunningGroups(most: number, input?: StateReader): RunningGroups {
  // A Map keeps the order of insertion: a group that is deleted and set again moves to the end.
  const groups = new Map<string, RunningGroup>()
  for (let left = input ? input.u32() : 0; input && left > 0; left--) {
    const id = input.str()
    const [events, lastMs] = input.f64s(2)
    const sums = input.f64s()
    const counts = input.f64s(sums.length)
    const votes = input.f64s()
    const group: RunningGroup = { sums, counts, votes: new Map(), events, lastMs }
    for (let i = 0; i + 1 < votes.length; i += 2) group.votes.set(votes[i], votes[i + 1])
    groups.set(id, group)
  }
  return {
    get size() {
      return groups.size
    },
    get: id => groups.get(shortKey(id)),
    touch(id, timeMs) {
      const key = shortKey(id)
      const group = groups.get(key) ?? emptyGroup()
      group.lastMs = Math.max(group.lastMs, timeMs)
      groups.delete(key)
      groups.set(key, group)
      for (const oldest of groups.keys()) {
        if (groups.size <= most) break
        groups.delete(oldest)
      }
      return group
    },
    forgetBefore(timeMs) {
      for (const [id, { lastMs }] of groups) {
        if (!(lastMs < timeMs)) return
        groups.delete(id)
      }
    },
    sizeBytes() {
      let bytes = 0
      for (const { sums, votes } of groups.values()) bytes += 160 + 16 * sums.length + 32 * votes.size
      return bytes
    },
    save(out) {
      out.u32(groups.size)
      for (const [id, { sums, counts, votes, events, lastMs }] of groups) {
        out.str(id)
        out.f64s(Float64Array.of(events, lastMs))
        out.f64s(sums)
        out.f64s(counts)
        out.f64s(Float64Array.from([...votes].flat()))
      }
    },
  }
}

export function emptyGroup(): RunningGroup {
  const [sums, counts] = [new Float64Array(0), new Float64Array(0)]
  return { sums, counts, votes: new Map(), events: 0, lastMs: -Infinity }
}

/** Adds one event to a group. */
export function addPoint(group: RunningGroup, point: Float64Array, label: number): void {
  if (group.sums.length === 0) {
    group.sums = new Float64Array(point.length)
    group.counts = new Float64Array(point.length)
  }
  for (let i = 0; i < point.length; i++) {
    if (point[i] !== point[i]) continue
    group.sums[i] += point[i]
    group.counts[i] += 1
  }
  group.votes.set(label, (group.votes.get(label) ?? 0) + 1)
}

/** A copy that may change. */
export function copyOf({ sums, counts, votes, events, lastMs }: RunningGroup): RunningGroup {
  return { sums: sums.slice(), counts: counts.slice(), votes: new Map(votes), events, lastMs }
}

/** Mean of a group's points, NaN where none had a value. */
export function meanOf({ sums, counts }: RunningGroup): Float64Array {
  return sums.map((sum, i) => sum / counts[i])
}
