import { stat } from 'node:fs/promises'
import type { DataFile, LocalFiles } from '#ports/lake.ts'
import type { LocalFile, Objects } from '#ports/objects.ts'
import { PortError } from '#ports/port-error.ts'
import { limited } from '../log/limited.ts'

/** Copies from a distant store at a time. */
const AT_ONCE = 8

/** Data files of a table on this machine. One that is missing or has another size than the log says is `LAKE_TABLE_CORRUPT`. */
export const localDataFiles = async (
  objects: Objects,
  table: string,
  files: readonly DataFile[],
): Promise<LocalFiles> => {
  const held: LocalFile[] = []
  let released = false
  const release = (): void => {
    released = true
    for (const file of held.splice(0)) file[Symbol.dispose]()
  }
  try {
    const paths = await limited(files, AT_ONCE, async file => {
      const local = await hold(objects, table, file)
      held.push(local)
      // Another one failed meanwhile.
      if (released) release()
      const { size } = await stat(local.path)
      if (size !== file.sizeBytes)
        throw corruptFile(table, file.path, `has ${size} bytes where the log says ${file.sizeBytes}`)
      return local.path
    })
    return { paths, [Symbol.asyncDispose]: async () => release() }
  } catch (error) {
    release()
    throw error
  }
}

export const corruptFile = (table: string, file: string, what: string, cause?: unknown): PortError =>
  new PortError(
    'LAKE_TABLE_CORRUPT',
    `Data file ${file} of table ${table} ${what}. Rows in other files stay readable.`,
    {
      cause,
      details: { table, file, version: null },
    },
  )

const hold = async (objects: Objects, table: string, file: DataFile): Promise<LocalFile> => {
  try {
    return await objects.localFile(`${table}/${file.path}`)
  } catch (error) {
    if (error instanceof PortError && error.code === 'NOT_FOUND')
      throw corruptFile(table, file.path, 'is missing', error)
    throw error
  }
}
