import { open, rename } from 'node:fs/promises'

/** Makes the creation, renaming or removal of files in `directory` durable. */
export const syncDirectory = async (directory: string): Promise<void> => {
  // Windows has no such call; NTFS journals its directories.
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces a file in one step: after a crash there is either the old content or the new. */
export const replaceFile = async (path: string, content: string, directory: string): Promise<void> => {
  const temporary = `${path}.tmp`
  const handle = await open(temporary, 'w')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path)
  await syncDirectory(directory)
}
