import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts'

export interface CheckpointStore {
  /** Durable once resolved. Older files of the session go: the last three and one an hour stay. */
  save(session: string, sequence: number, at: number, bytes: Uint8Array): Promise<void>
  /** The newest checkpoint that is whole; null if there is none. Damaged ones are reported and skipped. */
  latest(session: string): Promise<Checkpoint | null>
}

const KEEP = 3
const HOUR_MS = 3_600_000
const NAME = /^(\d+)-(\d+)\.checkpoint$/

interface Entry {
  name: string
  sequence: number
  at: number
}

/** Checkpoints as files `<directory>/<session>/<sequence>-<unix ms>.checkpoint`, written beside and renamed. */
export function createCheckpointStore({
  directory,
  onDamaged,
}: {
  directory: string
  onDamaged: (file: string, error: Error) => void
}): CheckpointStore {
  async function list(session: string): Promise<Entry[]> {
    const names = await readdir(join(directory, session)).catch(() => [] as string[])
    const entries = names.flatMap(name => {
      const [, sequence, at] = NAME.exec(name) ?? []
      return sequence && at ? [{ name, sequence: Number(sequence), at: Number(at) }] : []
    })
    return entries.sort((a, b) => b.sequence - a.sequence || b.at - a.at)
  }

  async function prune(session: string): Promise<void> {
    const hours = new Set<number>()
    for (const [index, { name, at }] of (await list(session)).entries()) {
      const hour = Math.floor(at / HOUR_MS)
      if (index >= KEEP && hours.has(hour)) await rm(join(directory, session, name), { force: true })
      hours.add(hour)
    }
  }

  return {
    async save(session, sequence, at, bytes) {
      const folder = join(directory, session)
      await mkdir(folder, { recursive: true })
      const path = join(folder, `${String(sequence).padStart(15, '0')}-${at}.checkpoint`)
      const temporary = `${path}.tmp`
      const file = await open(temporary, 'w')
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(temporary, path)
      await syncDirectory(folder)
      await prune(session)
    },
    async latest(session) {
      for (const { name } of await list(session)) {
        const path = join(directory, session, name)
        try {
          return decodeCheckpoint(await readFile(path))
        } catch (error) {
          onDamaged(path, error as Error)
        }
      }
      return null
    },
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
