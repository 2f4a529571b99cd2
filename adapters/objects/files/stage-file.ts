import { chmod, open, stat } from 'node:fs/promises'
import { PortError } from '#ports/port-error.ts'
import type { FileCalls } from './file-calls.ts'
import { isAbsent } from './file-failure.ts'

/** Writes a new file at `path`, synced: these bytes, or a copy of the file that a string names. */
export const stageFile = async (
  path: string,
  source: Uint8Array | string,
  calls: FileCalls,
): Promise<void> => {
  if (typeof source === 'string') {
    await checkSource(source)
    await calls.copy(source, path)
    // The copy has the rights of its source.
    await chmod(path, 0o600)
  }
  await using handle = await open(path, typeof source === 'string' ? 'r+' : 'wx', 0o600)
  if (typeof source !== 'string') await calls.write(handle, source)
  await calls.sync(handle)
}

const checkSource = async (path: string): Promise<void> => {
  const found = await stat(path).catch((error: unknown) => {
    if (isAbsent(error)) return null
    throw error
  })
  if (found?.isFile()) return
  throw new PortError('NOT_FOUND', `${path} is ${found ? 'no' : 'not there, wanted a'} file to store.`, {
    details: { path },
  })
}
