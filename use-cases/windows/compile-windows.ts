import type { JsonEvent } from '../generator.ts'
import { createBucketTally } from './bucket-tally.ts'
import type { Column } from './column.ts'
import { createDistinctColumn } from './distinct-column.ts'
import type { EntityWindow, WindowLength } from './entity-window.ts'
import { createLifetimeTally } from './lifetime-tally.ts'
import { createModeColumn } from './mode-column.ts'
import { createSinceColumn } from './since-column.ts'
import type { Addend, Tally } from './tally.ts'

/** A window that stands on its own. */
export type BaseWindow = Exclude<EntityWindow, { kind: 'ratio' | 'relative' }>

export interface CompiledWindows {
  /** What a table has to keep for the windows of one key. */
  columns: Column[]
  /** The value of each window, of the entity that the table read last. NaN: missing. */
  readers: (() => number)[]
}

type Valued = Extract<BaseWindow, { kind: 'sum' | 'mean' }>

/** Windows of the same length share their buckets, and equal addends their sums. */
export function compileWindows(windows: readonly BaseWindow[]): CompiledWindows {
  const columns: Column[] = []
  const addends = new Map<WindowLength, Addend[]>()
  const tallies = new Map<WindowLength, Tally>()

  /** Reads the sum of what an addend gives; the tallies are made when all addends are known. */
  function total(length: WindowLength, addend: Addend): () => number {
    const known = addends.get(length) ?? []
    addends.set(length, known)
    let index = known.indexOf(addend)
    if (index < 0) index = known.push(addend) - 1
    let totals: Float64Array | undefined
    return () => (totals ??= (tallies.get(length) as Tally).totals)[index] as number
  }

  function added<C extends Column>(column: C): C {
    columns.push(column)
    return column
  }

  function readerOf(window: BaseWindow): () => number {
    const { windowMs } = window
    switch (window.kind) {
      case 'count':
        return total(windowMs, window.where ? counting(window.where) : one)
      case 'sum':
        return total(windowMs, summing(window))
      case 'mean': {
        const sum = total(windowMs, summing(window))
        const count = total(
          windowMs,
          counting((event, timeMs) => valueOf(window, event, timeMs) !== null),
        )
        return () => sum() / count()
      }
      case 'share': {
        const part = total(windowMs, counting(window.where))
        const whole = total(windowMs, one)
        return () => part() / whole()
      }
      case 'distinct': {
        const column = added(createDistinctColumn(window.of, windowMs))
        return () => column.count
      }
      case 'mode': {
        const column = added(createModeColumn(window.of))
        return () => column.mode
      }
      case 'sinceLast': {
        const column = added(createSinceColumn(window))
        return () => column.seconds
      }
    }
  }

  const readers = windows.map(readerOf)
  for (const [length, list] of addends) {
    const tally = length === 'forever' ? createLifetimeTally(list) : createBucketTally(length, list)
    tallies.set(length, added(tally))
  }
  return { columns, readers }
}

const one: Addend = () => 1

function counting(where: (event: JsonEvent, timeMs: number) => boolean): Addend {
  return (event, timeMs) => (where(event, timeMs) ? 1 : 0)
}

function summing(window: Valued): Addend {
  return (event, timeMs) => valueOf(window, event, timeMs) ?? 0
}

function valueOf(window: Valued, event: JsonEvent, timeMs: number): number | null {
  if (window.where && !window.where(event)) return null
  const value = window.of(event, timeMs)
  return value !== null && Number.isFinite(value) ? value : null
}
