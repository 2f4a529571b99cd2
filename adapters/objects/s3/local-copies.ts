import { rename, rm, stat, utimes } from 'node:fs/promises'
import type { LocalFile } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'
import { errnoOf, fileFailure } from '../files/file-failure.ts'
import { openCopyFolder } from './copy-folder.ts'
import { createTurns } from './turns.ts'

export interface LocalCopies extends AsyncDisposable {
  /** The copy of an object, fetched if it is not there, which stays until it is released. */
  acquire(key: string): Promise<LocalFile>
  /** Copies of what is deleted or replaced go once nobody uses them. */
  forget(keys: readonly string[]): void
  /** Of all copies, those under way included. */
  readonly sizeBytes: number
}

export interface LocalCopiesOptions {
  directory: string
  maxBytes: number
  /** Of the store: copies of another one with the same keys are no copies of this. */
  store: string
  /** Size of the object, and how to write it to a new file. */
  find(key: string): Promise<{ sizeBytes: number; write(path: string): Promise<void> }>
}

interface Copy {
  path: string
  sizeBytes: number
  /** Who uses it, or waits for it. */
  pins: number
  /** Null once the file is there. */
  fetching: Promise<void> | null
}

/** Downloads at once: each holds a part in memory. */
const TURNS = 4
/** A copy may be gone by the hand of somebody who tidied up. */
const ATTEMPTS = 3

/**
 * Copies of immutable objects on this machine, at most `maxBytes` of them beyond what is in use; those unused for longest go
 * first. They survive a restart. Callers that want the same object at once share one download.
 */
export const openLocalCopies = async ({
  directory,
  maxBytes,
  store,
  find,
}: LocalCopiesOptions): Promise<LocalCopies> => {
  const folder = await openCopyFolder(directory, store)
  /** By name, in the order of their last use. */
  const copies = new Map<string, Copy>()
  /** In use, though no longer the copy of their object. */
  const orphans = new Set<Copy>()
  const turns = createTurns(TURNS)
  const downloads = new Set<Promise<unknown>>()
  const removals = new Set<Promise<unknown>>()
  let total = 0

  for (const { name, ...file } of folder.found) {
    copies.set(name, { ...file, pins: 0, fetching: null })
    total += file.sizeBytes
  }
  const discard = (copy: Copy) => {
    total -= copy.sizeBytes
    track(removals, rm(copy.path, { force: true }))
  }
  const trim = (limit = maxBytes) => {
    for (const [name, copy] of copies) {
      if (total <= limit) return
      if (copy.pins > 0 || copy.fetching) continue
      copies.delete(name)
      discard(copy)
    }
  }
  const release = (copy: Copy) => {
    copy.pins -= 1
    if (copy.pins === 0 && orphans.delete(copy)) discard(copy)
    trim()
  }
  const orphan = (name: string, copy: Copy) => {
    copies.delete(name)
    if (copy.pins === 0 && !copy.fetching) discard(copy)
    else orphans.add(copy)
  }
  const fetch = async (key: string, copy: Copy): Promise<void> => {
    const { sizeBytes, write } = await find(key)
    copy.sizeBytes = sizeBytes
    total += sizeBytes
    trim()
    const partial = folder.partial()
    try {
      await write(partial).catch(async (error: unknown) => {
        if (errnoOf(error) !== 'ENOSPC' && errnoOf(error) !== 'EDQUOT') throw error
        // What nobody uses makes room for what somebody wants.
        trim(0)
        await Promise.allSettled(removals)
        await rm(partial, { force: true })
        await write(partial)
      })
      copy.path = folder.newPath(key, sizeBytes)
      await rename(partial, copy.path)
      await folder.sync()
    } catch (error) {
      total -= sizeBytes
      await rm(partial, { force: true }).catch(() => {})
      throw error instanceof PortError ? error : fileFailure(error, `keep a copy of ${key}`, directory)
    }
  }
  const begin = (key: string, name: string): Copy => {
    const copy: Copy = { path: '', sizeBytes: 0, pins: 0, fetching: null }
    copies.set(name, copy)
    copy.fetching = track(
      downloads,
      turns
        .take(() => fetch(key, copy))
        .then(
          () => {
            copy.fetching = null
          },
          error => {
            if (copies.get(name) === copy) copies.delete(name)
            orphans.delete(copy)
            throw error
          },
        ),
    )
    return copy
  }

  const close = async () => {
    while (downloads.size + removals.size > 0) await Promise.allSettled([...downloads, ...removals])
    await folder[Symbol.asyncDispose]()
  }
  let closing: Promise<void> | undefined
  trim()

  return {
    get sizeBytes() {
      return total
    },
    async acquire(key) {
      const name = folder.nameOf(key)
      for (let attempt = 1; ; attempt++) {
        const copy = copies.get(name) ?? begin(key, name)
        copy.pins += 1
        try {
          await copy.fetching
        } catch (error) {
          copy.pins -= 1
          throw error
        }
        if (attempt < ATTEMPTS && !(await isWhole(copy))) {
          if (copies.get(name) === copy) orphan(name, copy)
          release(copy)
          continue
        }
        if (copies.get(name) === copy) {
          copies.delete(name)
          copies.set(name, copy)
        }
        const now = new Date()
        await utimes(copy.path, now, now).catch(() => {})
        let isReleased = false
        return {
          path: copy.path,
          [Symbol.dispose]() {
            if (!isReleased) release(copy)
            isReleased = true
          },
        }
      }
    },
    forget(keys) {
      for (const key of keys) {
        const name = folder.nameOf(key)
        const copy = copies.get(name)
        if (copy) orphan(name, copy)
      }
    },
    async [Symbol.asyncDispose]() {
      closing ??= close()
      await closing
    },
  }
}

const isWhole = async ({ path, sizeBytes }: Copy): Promise<boolean> =>
  (await stat(path).catch(() => null))?.size === sizeBytes

/** Keeps a promise in a set until it is settled. */
const track = <T>(set: Set<Promise<unknown>>, work: Promise<T>): Promise<T> => {
  set.add(work)
  work.finally(() => set.delete(work)).catch(() => {})
  return work
}
