import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import type { ObjectInfo, Objects } from '../objects.ts'

export interface ObjectsContract {
  name: string
  /** Opens the store of that name, empty at first; opened again it is the same one, for another process as it were. */
  open: (store: string) => Promise<Objects>
}

export interface Tools {
  /** One more instance on the same store, which the test closes. */
  openAgain(): Promise<Objects>
  /** A folder for files of the test. */
  folder: string
}

/** What the specifications of the contract share. */
export interface Bench {
  /** A test on a store of its own. */
  specification(title: string, run: (objects: Objects, tools: Tools) => Promise<void>): void
}

const TIMEOUT_MS = 60_000
let stores = 0

export const createBench = ({ open }: ObjectsContract): Bench => ({
  specification(title, run) {
    it(title, { timeout: TIMEOUT_MS }, async () => {
      stores += 1
      const store = `store-${process.pid}-${stores}`
      await using cleanup = new AsyncDisposableStack()
      const folder = await mkdtemp(join(tmpdir(), 'objects-contract-'))
      cleanup.defer(() => rm(folder, { recursive: true, force: true }))
      const objects = cleanup.use(await open(store))
      await run(objects, { openAgain: () => open(store), folder })
    })
  },
})

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const textOf = (content: Uint8Array): string => new TextDecoder().decode(content)

export const read = async (objects: Objects, key: string): Promise<string> => textOf(await objects.get(key))

/** Bytes that repeat nowhere, the same for the same seed. */
export const noise = (length: number, seed = 1): Uint8Array => {
  const content = new Uint8Array(length)
  for (let i = 0; i < length; i++) content[i] = Math.imul(i + seed, 2654435761) >>> 24
  return content
}

export const collect = async (
  objects: Objects,
  prefix: string,
  options?: { after?: string },
): Promise<ObjectInfo[]> => {
  const found: ObjectInfo[] = []
  for await (const info of objects.list(prefix, options)) found.push(info)
  return found
}

export const keysOf = async (
  objects: Objects,
  prefix = '',
  options?: { after?: string },
): Promise<string[]> => (await collect(objects, prefix, options)).map(({ key }) => key)

/** Stores the same little content under each key, some at a time. */
export const putAll = async (objects: Objects, keys: readonly string[]): Promise<void> => {
  const left = [...keys]
  const work = async () => {
    for (let key = left.pop(); key !== undefined; key = left.pop()) await objects.put(key, bytes('x'))
  }
  await Promise.all(Array.from({ length: 16 }, work))
}
