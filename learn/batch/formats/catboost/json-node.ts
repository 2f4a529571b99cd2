import { invalidModel } from '../invalid-model.ts'

/** A value inside parsed JSON, with checks that say where they failed. */
export interface JsonNode {
  /** True if there is such a key with a value other than null, which CatBoost writes for empty lists. */
  has(key: string): boolean
  at(key: string): JsonNode
  items(): JsonNode[]
  entries(): [string, JsonNode][]
  text(): string
  number(): number
  /** A whole number from `least` to `most`. */
  integer(least: number, most: number): number
  numbers(): Float64Array
  /** As it was parsed, an array. */
  array(): readonly unknown[]
  fail(detail: string): never
}

export function jsonNode(value: unknown, path = 'the file'): JsonNode {
  function fail(detail: string): never {
    throw invalidModel('CatBoost', `${path} ${detail}`)
  }

  function record(): Record<string, unknown> {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return wanted('an object')
    return value as Record<string, unknown>
  }

  function array(): readonly unknown[] {
    return Array.isArray(value) ? value : wanted('an array')
  }

  function number(): number {
    return typeof value === 'number' && Number.isFinite(value) ? value : wanted('a finite number')
  }

  function wanted(what: string): never {
    return fail(`is ${describe(value)}, wanted ${what}`)
  }

  return {
    has: key => Object.hasOwn(record(), key) && record()[key] !== null,
    at(key) {
      if (!Object.hasOwn(record(), key)) fail(`has no "${key}"`)
      return jsonNode(record()[key], path === 'the file' ? key : `${path}.${key}`)
    },
    items: () => array().map((item, i) => jsonNode(item, `${path}[${i}]`)),
    entries: () =>
      Object.entries(record()).map(([key, item]) => [key, jsonNode(item, `${path}[${JSON.stringify(key)}]`)]),
    text: () => (typeof value === 'string' ? value : wanted('a string')),
    number,
    integer(least, most) {
      const found = number()
      return Number.isInteger(found) && found >= least && found <= most
        ? found
        : wanted(`a whole number from ${least} to ${most}`)
    },
    numbers: () =>
      Float64Array.from(array(), (item, i) => {
        if (typeof item === 'number' && Number.isFinite(item)) return item
        return fail(`holds ${describe(item)} at ${i}, wanted a finite number`)
      }),
    array,
    fail,
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  return String(JSON.stringify(value)).slice(0, 40)
}
