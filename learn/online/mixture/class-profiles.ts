import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { CategoryShare, ClusterProfile } from '../cluster-report.ts'
import type { Column, Row } from '../learner.ts'

/** Sums over the events of each class, by its stable id: what classes look like in the columns' own units. */
export interface ClassProfiles {
  /** Adds an event to the class that its group is in now. */
  observe(id: number, row: Row): void
  /** Forgets all other classes. */
  keep(ids: Int32Array): void
  columnsOf(id: number): ClusterProfile['columns']
  sizeBytes(): number
  save(out: StateWriter): void
}

/** Categories of a column that are told apart. */
const CATEGORIES = 64
const TOP = 5
/** Events that the sums remember. */
const MEMORY = 50_000
const FADE_EVERY = 1024
const FADE = (1 - 1 / MEMORY) ** FADE_EVERY
const LARGEST = 1e100

export function createClassProfiles(columns: readonly Column[], input?: StateReader): ClassProfiles {
  /** Where a column's sums begin: counts of categories, or number and sum. */
  const starts = [0]
  for (const { kind } of columns) starts.push((starts.at(-1) ?? 0) + (kind === 'nominal' ? CATEGORIES : 2))
  const width = starts[columns.length]
  const sums = new Map<number, Float64Array>()
  let events = input ? input.f64() : 0
  for (let left = input ? input.u32() : 0; input && left > 0; left--) sums.set(input.f64(), input.f64s(width))

  function topOf(own: Float64Array, column: number): CategoryShare[] {
    const [from, to] = [starts[column], starts[column + 1]]
    const all = new Float64Array(to - from)
    for (const counts of sums.values()) for (let i = from; i < to; i++) all[i - from] += counts[i]
    const total = all.reduce((sum, count) => sum + count, 0)
    const counts = own.subarray(from, to)
    const size = counts.reduce((sum, count) => sum + count, 0)
    return Array.from(counts, (count, code) => ({
      code,
      share: count / size,
      lift: count / size / (all[code] / total),
    }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share || a.code - b.code)
      .slice(0, TOP)
  }

  return {
    observe(id, row) {
      events += 1
      let own = sums.get(id)
      if (own === undefined) {
        own = new Float64Array(width)
        sums.set(id, own)
      }
      for (let i = 0; i < columns.length; i++) {
        const value = row[i]
        if (columns[i].kind === 'nominal') {
          if (value >= 0) own[starts[i] + Math.min(value, CATEGORIES - 1)] += 1
        } else if (value - value === 0) {
          own[starts[i]] += 1
          own[starts[i] + 1] += Math.max(-LARGEST, Math.min(LARGEST, value))
        }
      }
      if (events % FADE_EVERY !== 0) return
      for (const values of sums.values()) for (let i = 0; i < width; i++) values[i] *= FADE
    },
    keep(ids) {
      for (const id of sums.keys()) if (!ids.includes(id)) sums.delete(id)
    },
    columnsOf(id) {
      const own = sums.get(id) ?? new Float64Array(width)
      return Object.fromEntries(
        columns.map(({ name, kind }, i) => {
          if (kind === 'nominal') return [name, { kind, top: topOf(own, i) }]
          return [name, { kind, mean: own[starts[i]] > 0 ? own[starts[i] + 1] / own[starts[i]] : null }]
        }),
      )
    },
    sizeBytes: () => 8 * width * sums.size,
    save(out) {
      out.f64(events)
      out.u32(sums.size)
      for (const [id, own] of sums) {
        out.f64(id)
        out.f64s(own)
      }
    },
  }
}
