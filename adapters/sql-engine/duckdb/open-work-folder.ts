import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const NAME = /^sql-(\d+)-/

/** A new folder of this process within `workDirectory`; those of processes that are gone are removed. */
export async function openWorkFolder(workDirectory: string): Promise<string> {
  await mkdir(workDirectory, { recursive: true })
  for (const name of await readdir(workDirectory)) {
    const pid = NAME.exec(name)?.[1]
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(workDirectory, name), { recursive: true, force: true })
  }
  return mkdtemp(join(workDirectory, `sql-${process.pid}-`))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // One that belongs to somebody else lives.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
