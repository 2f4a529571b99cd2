import { invalidModel } from '../invalid-model.ts'

/** Lines `key=value` of one part of a model file, with checks that name the part. */
export interface LightgbmBlock {
  has(key: string): boolean
  text(key: string): string
  /** A whole number from `least` to `most`. */
  count(key: string, least: number, most: number): number
  /** Exactly `length` numbers, among them `inf` and `-inf`. */
  numbers(key: string, length: number): Float64Array
  /** Exactly `length` whole numbers from `least` to `most`. */
  integers(key: string, length: number, least: number, most: number): Float64Array
  fail(detail: string): never
}

interface LightgbmText {
  readonly header: LightgbmBlock
  readonly trees: readonly LightgbmBlock[]
}

/** Splits a model file into its header and its trees, whose number the header's `tree_sizes` must confirm. */
export function splitLightgbmText(text: string): LightgbmText {
  if (!/^tree\r?\n/.test(text))
    throw invalidModel('LightGBM', `it begins with ${quote(text)}, wanted a line "tree"`)
  const parts: string[][] = [[]]
  let ended = false
  for (const line of text.split(/\r?\n/)) {
    ended = line === 'end of trees'
    if (ended) break
    if (line.startsWith('Tree=')) parts.push([])
    parts.at(-1)?.push(line)
  }
  const [header, ...trees] = parts.map((lines, i) => blockOf(i === 0 ? 'header' : `tree ${i - 1}`, lines))
  if (!ended) header.fail(`the line "end of trees" is missing after ${trees.length} trees, so it was cut off`)
  const sizes = header.has('tree_sizes')
    ? header.text('tree_sizes').trim().split(/\s+/).filter(Boolean).length
    : trees.length
  if (sizes !== trees.length) header.fail(`tree_sizes names ${sizes} trees, but there are ${trees.length}`)
  return { header, trees }
}

function blockOf(name: string, lines: readonly string[]): LightgbmBlock {
  const values = new Map<string, string>()
  for (const line of lines) {
    const equals = line.indexOf('=')
    if (equals >= 0) values.set(line.slice(0, equals), line.slice(equals + 1).trim())
    else if (line !== '') values.set(line, '')
  }

  function fail(detail: string): never {
    throw invalidModel('LightGBM', `${name}: ${detail}`)
  }

  function text(key: string): string {
    return values.get(key) ?? fail(`"${key}" is missing`)
  }

  function numbers(key: string, length: number): Float64Array {
    const words = text(key) === '' ? [] : text(key).split(' ')
    if (words.length !== length) fail(`"${key}" holds ${words.length} values, wanted ${length}`)
    return Float64Array.from(
      words,
      word => numberOf(word) ?? fail(`"${key}" holds ${quote(word)}, wanted a number`),
    )
  }

  function integers(key: string, length: number, least: number, most: number): Float64Array {
    const found = numbers(key, length)
    for (const value of found) {
      if (Number.isInteger(value) && value >= least && value <= most) continue
      fail(`"${key}" holds ${value}, wanted whole numbers from ${least} to ${most}`)
    }
    return found
  }

  return {
    has: key => values.has(key),
    text,
    count: (key, least, most) => integers(key, 1, least, most)[0],
    numbers,
    integers,
    fail,
  }
}

/** C++ prints at most 24 characters. */
const LONGEST_NUMBER = 64

/** As C++ prints numbers; `Number` alone would take other things too and not know `inf`. */
function numberOf(word: string): number | undefined {
  if (word.length > LONGEST_NUMBER) return undefined
  if (/^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(word)) return Number(word)
  if (/^\+?inf(inity)?$/i.test(word)) return Infinity
  return /^-inf(inity)?$/i.test(word) ? -Infinity : undefined
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 20))
}
