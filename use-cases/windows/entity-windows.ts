import type { UseCase } from '../define.ts'
import type { JsonEvent } from '../generator.ts'
import type { WindowLimits } from './entity-table.ts'
import { createKeyWindows, type KeyWindows } from './key-windows.ts'
import type { WindowSink, WindowSource } from './state-port.ts'

/** What the declared windows of a use case say about each event: a deterministic function of the events before it. */
export interface EntityWindows {
  /** Names of the windows as declared. */
  readonly names: readonly string[]
  /** Entities held, of all keys. */
  readonly size: number
  /** One value per window, as of just before an event, to a millionth; NaN: missing. Changes nothing; `out` or a new array. */
  values(event: JsonEvent, timeMs: number, out?: Float64Array): Float64Array
  /** Counts an event, whose time is in Unix milliseconds. */
  add(event: JsonEvent, timeMs: number): void
  save(sink: WindowSink): void
}

type Declared = Pick<UseCase, 'windows'>

export function createEntityWindows({ windows }: Declared, limits?: Partial<WindowLimits>): EntityWindows {
  return over(
    windows.map(({ name }) => name),
    createKeyWindows(windows, limits),
  )
}

/** Continues from a saved state. A key whose windows are no longer those that were saved starts empty. */
export function loadEntityWindows(
  { windows }: Declared,
  source: WindowSource,
  limits?: Partial<WindowLimits>,
): EntityWindows {
  const groups = createKeyWindows(windows, limits)
  for (let left = source.u32(); left > 0; left--) {
    const key = source.str()
    const layout = source.str()
    const arrays = Array.from({ length: source.u32() }, () => ownBuffer(source.bytes()))
    const group = groups.find(candidate => candidate.key === key)
    if (group?.layout === layout && group.table.arrays === arrays.length) group.table.load(arrays)
  }
  return over(
    windows.map(({ name }) => name),
    groups,
  )
}

function over(names: readonly string[], groups: readonly KeyWindows[]): EntityWindows {
  return {
    names,
    get size() {
      return groups.reduce((sum, { table }) => sum + table.size, 0)
    },
    values(event, timeMs, out = new Float64Array(names.length)) {
      for (let i = 0; i < groups.length; i++) {
        const group = groups[i] as KeyWindows
        group.fill(event[group.key] as string, event, timeMs, out)
      }
      return out
    },
    add(event, timeMs) {
      for (let i = 0; i < groups.length; i++) {
        const { key, table } = groups[i] as KeyWindows
        table.add(event[key] as string, event, timeMs)
      }
    },
    save(sink) {
      sink.u32(groups.length)
      for (const { key, layout, table } of groups) {
        const arrays = table.save()
        sink.str(key)
        sink.str(layout)
        sink.u32(arrays.length)
        for (const { buffer, byteOffset, byteLength } of arrays) {
          sink.bytes(new Uint8Array(buffer, byteOffset, byteLength))
        }
      }
    },
  }
}

/** Typed arrays need the bytes at the beginning of a buffer of exactly their length. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteLength } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return buffer
  return new Uint8Array(bytes).buffer
}
