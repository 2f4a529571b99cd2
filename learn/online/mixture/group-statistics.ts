import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import type { Column, Row } from '../learner.ts'
import { ENDED, type Outcome } from './cells.ts'

/** Everything a mixture needs to know about one group: counts of cells and sums of numeric columns. */
export interface GroupStatistics {
  /** Cells with their counts; the first `used` are valid. */
  cells: Int32Array
  counts: Float64Array
  used: number
  /** Per numeric column: values, their sum and their sum of squares. */
  readonly sums: Float64Array
  /** Per column, 1 once it has had a value. */
  readonly seen: Uint8Array
  events: number
  /** Latest code of the transition column, -1 before. */
  previous: number
  ended: boolean
}

export function createGroupStatistics(columns: readonly Column[], numerics: number): GroupStatistics {
  return {
    cells: new Int32Array(12),
    counts: new Float64Array(12),
    used: 0,
    sums: new Float64Array(3 * numerics),
    seen: new Uint8Array(columns.length),
    events: 0,
    previous: -1,
    ended: false,
  }
}

/** Adds one event to a group. */
export function addEvent(group: GroupStatistics, row: Row, outcome: Outcome): void {
  for (let i = 0; i < outcome.used; i++) addCount(group, outcome.cells[i], 1)
  for (let j = 0; j < outcome.values.length; j++) {
    const value = outcome.values[j]
    if (value !== value) continue
    group.sums[3 * j] += 1
    group.sums[3 * j + 1] += value
    group.sums[3 * j + 2] += value * value
  }
  for (let column = 0; column < row.length; column++)
    if (row[column] >= 0 || row[column] < -1) group.seen[column] = 1
  group.previous = outcome.next
  group.events += 1
}

/** Counts the end of a group, or takes it back when the group goes on after all. */
export function setEnded(group: GroupStatistics, ended: boolean): void {
  if (group.ended === ended) return
  group.ended = ended
  addCount(group, ENDED, ended ? 1 : -1)
}

function addCount(group: GroupStatistics, cell: number, count: number): void {
  for (let i = 0; i < group.used; i++) {
    if (group.cells[i] !== cell) continue
    group.counts[i] += count
    return
  }
  if (group.used === group.cells.length) {
    const cells = new Int32Array(2 * group.used + 4)
    cells.set(group.cells)
    group.cells = cells
    const counts = new Float64Array(2 * group.used + 4)
    counts.set(group.counts)
    group.counts = counts
  }
  group.cells[group.used] = cell
  group.counts[group.used] = count
  group.used += 1
}

/** Adds all that one group holds to another. */
export function addStatistics(to: GroupStatistics, from: GroupStatistics): void {
  for (let i = 0; i < from.used; i++) addCount(to, from.cells[i], from.counts[i])
  for (let i = 0; i < from.sums.length; i++) to.sums[i] += from.sums[i]
  to.events += from.events
}

/** Copies a group into a scratch one of the same columns. */
export function copyGroup(from: GroupStatistics, to: GroupStatistics): void {
  if (to.cells.length < from.used) {
    to.cells = new Int32Array(from.cells.length)
    to.counts = new Float64Array(from.cells.length)
  }
  to.cells.set(from.cells.subarray(0, from.used))
  to.counts.set(from.counts.subarray(0, from.used))
  to.used = from.used
  to.sums.set(from.sums)
  to.seen.set(from.seen)
  to.events = from.events
  to.previous = from.previous
  to.ended = from.ended
}

export function saveGroup(out: StateWriter, group: GroupStatistics): void {
  out.i32s(group.cells.subarray(0, group.used))
  out.f64s(group.counts.subarray(0, group.used))
  out.f64s(group.sums)
  out.bytes(group.seen)
  out.f64(group.events)
  out.f64(group.previous)
  out.bool(group.ended)
}

export function loadGroup(input: StateReader, columns: number, numerics: number): GroupStatistics {
  const cells = input.i32s()
  return {
    cells,
    counts: input.f64s(cells.length),
    used: cells.length,
    sums: input.f64s(3 * numerics),
    seen: input.bytes(columns),
    events: input.f64(),
    previous: input.f64(),
    ended: input.bool(),
  }
}
