/** A map that is never changed: `with` gives another one that shares almost all of its memory. Its order is not defined. */
export interface SharedMap<V> extends Iterable<[string, V]> {
  readonly size: number
  get(key: string): V | undefined
  has(key: string): boolean
  keys(): Iterable<string>
  values(): Iterable<V>
  /** The map after these changes, in their order; undefined deletes. */
  with(changes: Iterable<readonly [string, V | undefined]>): SharedMap<V>
}

/** Changes kept beside the base before both become a new base. */
const FEWEST_CHANGES = 32

/**
 * A base that is shared and the changes since, at most about the square root of the base's size: so a change of a map of n entries
 * costs O(√n) amortised, and each of thousands of versions O(√n) memory.
 */
export const sharedMap = <V>(entries: Iterable<readonly [string, V]> = []): SharedMap<V> =>
  build(new Map(entries), new Map())

const build = <V>(
  base: ReadonlyMap<string, V>,
  changes: ReadonlyMap<string, V | undefined>,
): SharedMap<V> => {
  let size = base.size
  for (const [key, value] of changes) size += Number(value !== undefined) - Number(base.has(key))
  const get = (key: string): V | undefined => (changes.has(key) ? changes.get(key) : base.get(key))

  function* entries(): Generator<[string, V], undefined> {
    for (const entry of base) if (!changes.has(entry[0])) yield entry
    for (const [key, value] of changes) if (value !== undefined) yield [key, value]
  }
  function* keys(): Generator<string, undefined> {
    for (const [key] of entries()) yield key
  }
  function* values(): Generator<V, undefined> {
    for (const [, value] of entries()) yield value
  }

  return {
    size,
    get,
    has: key => get(key) !== undefined,
    keys,
    values,
    [Symbol.iterator]: entries,
    with(more) {
      const next = new Map(changes)
      for (const [key, value] of more) {
        // One that was neither in the base nor is to stay leaves nothing behind.
        if (value === undefined && !base.has(key)) next.delete(key)
        else next.set(key, value)
      }
      if (next.size <= FEWEST_CHANGES + Math.sqrt(base.size)) return build(base, next)
      const merged = new Map(base)
      for (const [key, value] of next) {
        if (value === undefined) merged.delete(key)
        else merged.set(key, value)
      }
      return build(merged, new Map())
    },
  }
}
