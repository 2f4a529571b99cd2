import { createLru } from '#subgraphs/serve/lru.ts'

/** The cache interface of Apollo Server and Gateway, over a map bounded by its number of entries. */
export interface CountedCache<Value> {
  get(key: string): Promise<Value | undefined>
  set(key: string, value: Value): Promise<void>
  delete(key: string): Promise<boolean>
  clear(): void
  readonly size: number
}

/** Remembers the `max` values used last, so that a client with ever new operations cannot fill the memory. */
export function createCountedCache<Value>({ max }: { max: number }): CountedCache<Value> {
  const entries = createLru<Value>({ max })
  return {
    get: key => Promise.resolve(entries.get(key)),
    set: (key, value) => Promise.resolve(entries.set(key, value)),
    delete: key => Promise.resolve(entries.delete(key)),
    clear: () => entries.clear(),
    get size() {
      return entries.size
    },
  }
}
