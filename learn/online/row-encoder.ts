import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import { shortKey } from '../state/short-key.ts'
import type { StateWriter } from '../state/writer.ts'
import type { Column, Row } from './learner.ts'

export type FeatureValue = number | string | boolean | null | undefined

/** One column of the row, as a pure function of the event. */
export interface Feature<Event> extends Column {
  of(event: Event): FeatureValue
}

export interface RowEncoder<Event> {
  readonly columns: readonly Column[]
  /** A fresh row; categories never seen before enter their column's dictionary. */
  encode(event: Event): Row
  /** The row as it would be without learning from it: unseen categories are -1. Pure. */
  peek(event: Event): Row
  /** The category behind a code of a nominal column, or undefined. */
  category(column: number, code: number): string | number | boolean | undefined
  save(out: StateWriter): void
}

interface Options {
  /** Most categories kept per nominal column; later ones count as missing. */
  maxCategories?: number
}

type Category = string | number | boolean

/**
 * Turns events into rows of numbers. Numeric columns: booleans become 0 or 1, anything else that is not a finite
 * number NaN. Nominal columns: codes in order of first sight; null, NaN and categories beyond the bound are -1.
 */
export function createRowEncoder<Event>(
  features: readonly Feature<Event>[],
  { maxCategories = 65_536 }: Options = {},
): RowEncoder<Event> {
  return fromDictionaries(
    features,
    maxCategories,
    features.map(() => new Map()),
  )
}

/** Continues a saved encoder. Throws CHECKPOINT_CORRUPT when the state belongs to other features. */
export function loadRowEncoder<Event>(
  input: StateReader,
  features: readonly Feature<Event>[],
): RowEncoder<Event> {
  const maxCategories = input.u32()
  const names = Array.from({ length: input.u32() }, () => input.str())
  const wanted = features.map(signature)
  if (names.join() !== wanted.join()) {
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `The saved row has the columns ${names.join(', ')}, wanted ${wanted.join(', ')}.`,
    )
  }
  const dictionaries = features.map(() => {
    const size = input.u32()
    const dictionary = new Map<Category, number>()
    for (let code = 0; code < size; code++) dictionary.set(readCategory(input), code)
    return dictionary
  })
  return fromDictionaries(features, maxCategories, dictionaries)
}

function fromDictionaries<Event>(
  features: readonly Feature<Event>[],
  maxCategories: number,
  dictionaries: Map<Category, number>[],
): RowEncoder<Event> {
  const width = features.length
  const nominal = features.map(feature => feature.kind === 'nominal')

  function fill(event: Event, grow: boolean): Row {
    const row = new Float64Array(width)
    for (let i = 0; i < width; i++) {
      const value = features[i].of(event)
      row[i] = nominal[i] ? codeOf(dictionaries[i], value, grow ? maxCategories : 0) : numberOf(value)
    }
    return row
  }

  return {
    columns: features.map(({ name, kind, scope = 'event', clock = false }) => ({ name, kind, scope, clock })),
    encode: event => fill(event, true),
    peek: event => fill(event, false),
    category: (column, code) => [...dictionaries[column].keys()][code],
    save(out) {
      out.u32(maxCategories)
      out.u32(width)
      for (const feature of features) out.str(signature(feature))
      for (const dictionary of dictionaries) {
        out.u32(dictionary.size)
        for (const category of dictionary.keys()) writeCategory(out, category)
      }
    },
  }
}

function codeOf(dictionary: Map<Category, number>, value: FeatureValue, room: number): number {
  if (value === null || value === undefined || (typeof value === 'number' && !Number.isFinite(value)))
    return -1
  // A category may be a text of any length; what is kept of one must not be.
  const category = typeof value === 'string' ? shortKey(value) : value
  const known = dictionary.get(category)
  if (known !== undefined) return known
  if (dictionary.size >= room) return -1
  dictionary.set(category, dictionary.size)
  return dictionary.size - 1
}

function numberOf(value: FeatureValue): number {
  if (typeof value === 'number') return Number.isFinite(value) ? value : Number.NaN
  return typeof value === 'boolean' ? Number(value) : Number.NaN
}

function signature({ name, kind, scope = 'event' }: Column): string {
  return `${name}:${kind}:${scope}`
}

function writeCategory(out: StateWriter, category: Category): void {
  out.bool(typeof category === 'string')
  if (typeof category === 'string') {
    out.str(category)
  } else {
    out.bool(typeof category === 'boolean')
    out.f64(Number(category))
  }
}

function readCategory(input: StateReader): Category {
  if (input.bool()) return input.str()
  return input.bool() ? input.f64() === 1 : input.f64()
}
