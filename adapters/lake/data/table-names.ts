import type { Objects } from '#ports/objects.ts'

/** Names of the folders that have a log of Delta Lake, sorted. The data files in between are not listed. */
export const tableNames = async (objects: Objects): Promise<string[]> => {
  const names: string[] = []
  for (let after: string | null = ''; after !== null; ) {
    const folder: string | null = await firstFolder(objects, after)
    if (folder !== null && (await hasAny(objects, `${folder}/_delta_log/`))) names.push(folder)
    after = folder === null ? null : `${folder}/${LAST}`
  }
  return names.sort()
}

/** Behind every key that begins before it. */
const LAST = '\u{10FFFF}'

const firstFolder = async (objects: Objects, after: string): Promise<string | null> => {
  for await (const { key } of objects.list('', after === '' ? {} : { after })) {
    const slash = key.indexOf('/')
    if (slash !== -1) return key.slice(0, slash)
  }
  return null
}

const hasAny = async (objects: Objects, prefix: string): Promise<boolean> => {
  for await (const _ of objects.list(prefix)) return true
  return false
}
