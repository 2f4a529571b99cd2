import type { JsonEvent } from '../generator.ts'
import { type BaseWindow, compileWindows } from './compile-windows.ts'
import { createEntityTable, type EntityTable, type WindowLimits } from './entity-table.ts'
import type { EntityWindow, RelativeWindow } from './entity-window.ts'

/** The windows of one key, with their state. */
export interface KeyWindows {
  readonly key: string
  readonly table: EntityTable
  /** Tells states apart that cannot be read by each other's windows. */
  readonly layout: string
  /** Writes the values of an entity as of `timeMs` to the places of its windows in `out`; NaN for what needs an event and has none. */
  fill(entity: string, event: JsonEvent | null, timeMs: number, out: Float64Array): void
}

/** What an entity's last weeks may say of it, and what a laptop can hold of many entities. */
const DEFAULT_LIMITS: WindowLimits = { maxEntities: 16_384, ttlMs: 90 * 86_400_000 }

/** One group per key, over the windows of a use case in their declared order: `out` has a place for each of them. */
export function createKeyWindows(
  windows: readonly EntityWindow[],
  limits: Partial<WindowLimits> = {},
): KeyWindows[] {
  const places = new Map(windows.map(({ name }, place) => [name, place]))
  return [...new Set(windows.map(({ key }) => key))].map(key => {
    const own = windows.filter(window => window.key === key)
    const base = own.filter(isBase)
    const ratios = own.filter(window => window.kind === 'ratio')
    const relatives = own.filter(window => window.kind === 'relative')
    const { columns, readers } = compileWindows(base)
    const table = createEntityTable(columns, { ...DEFAULT_LIMITS, ...limits })
    // All columns say the same of every entity that is not held: asked once.
    for (const column of columns) column.read(-1, 0)
    const unseen = Float64Array.from(readers, reader => rounded(reader()))
    const placeOf = ({ name }: { name: string }) => places.get(name) as number
    const basePlaces = base.map(placeOf)
    const ratioPlaces = ratios.map(placeOf)
    const relativePlaces = relatives.map(placeOf)
    const numerators = ratios.map(({ numerator }) => places.get(numerator) as number)
    const denominators = ratios.map(({ denominator }) => places.get(denominator) as number)
    const divisors = relatives.map(({ to }) => places.get(to) as number)
    return {
      key,
      table,
      layout: JSON.stringify([VERSION, ...base.map(shapeOf)]),
      fill(entity, event, timeMs, out) {
        if (!table.read(entity, timeMs)) {
          // Nothing can be divided by a past that is missing or 0.
          for (let i = 0; i < basePlaces.length; i++) out[basePlaces[i] as number] = unseen[i] as number
          for (let i = 0; i < ratioPlaces.length; i++) out[ratioPlaces[i] as number] = NaN
          for (let i = 0; i < relativePlaces.length; i++) out[relativePlaces[i] as number] = NaN
          return
        }
        for (let i = 0; i < readers.length; i++) {
          out[basePlaces[i] as number] = rounded((readers[i] as () => number)())
        }
        for (let i = 0; i < ratioPlaces.length; i++) {
          const divisor = out[denominators[i] as number] as number
          out[ratioPlaces[i] as number] = quotient(out[numerators[i] as number] as number, divisor)
        }
        for (let i = 0; i < relativePlaces.length; i++) {
          const value = event && (relatives[i] as RelativeWindow).of(event, timeMs)
          out[relativePlaces[i] as number] = quotient(value ?? NaN, out[divisors[i] as number] as number)
        }
      },
    }
  })
}

/** Of the state that `load` reads. */
const VERSION = 1

function isBase(window: EntityWindow): window is BaseWindow {
  return window.kind !== 'ratio' && window.kind !== 'relative'
}

/** What a window keeps, as far as it can be seen; a changed function of the same name cannot be. */
function shapeOf({ name, kind, windowMs }: BaseWindow): unknown {
  return [name, kind, windowMs]
}

function quotient(dividend: number, divisor: number): number {
  return divisor === 0 ? NaN : rounded(dividend / divisor)
}

/** To a millionth: the last digits of a sum are those of the order of its terms. Adding 0 turns -0 into 0. */
function rounded(value: number): number {
  return Math.abs(value) < EXACT ? Math.round(value * 1e6) / 1e6 + 0 : value
}

/** Up to here a millionth of a value still stands in its double. */
const EXACT = 1e9
