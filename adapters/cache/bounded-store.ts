export interface BoundedStore {
  readonly bytes: number
  get(key: string): Uint8Array | null
  /** Keeps `value` until `expiresAt` (Unix milliseconds), unless the room is needed for newer ones. */
  set(key: string, value: Uint8Array, expiresAt: number): void
  delete(key: string): boolean
  clear(): void
}

/** What an entry costs beside its key and value. */
const ENTRY_OVERHEAD = 64

/** Byte values by key, least recently used first: a Map keeps insertion order, and a hit inserts anew. */
export const createBoundedStore = ({
  now,
  maxBytes,
}: {
  now: () => number
  maxBytes: number
}): BoundedStore => {
  const entries = new Map<string, { value: Uint8Array; expiresAt: number }>()
  let bytes = 0

  const remove = (key: string): boolean => {
    const entry = entries.get(key)
    if (!entry) return false
    entries.delete(key)
    bytes -= sizeOf(key, entry.value)
    return entry.expiresAt > now()
  }

  return {
    get bytes() {
      return bytes
    },
    get(key) {
      const entry = entries.get(key)
      if (!entry) return null
      if (entry.expiresAt <= now()) {
        remove(key)
        return null
      }
      entries.delete(key)
      entries.set(key, entry)
      return entry.value
    },
    set(key, value, expiresAt) {
      remove(key)
      const size = sizeOf(key, value)
      if (size > maxBytes) return
      for (const oldest of entries.keys()) {
        if (bytes + size <= maxBytes) break
        remove(oldest)
      }
      entries.set(key, { value, expiresAt })
      bytes += size
    },
    delete: remove,
    clear() {
      entries.clear()
      bytes = 0
    },
  }
}

const sizeOf = (key: string, value: Uint8Array): number => key.length * 2 + value.length + ENTRY_OVERHEAD
