import type { Cache } from '#ports/cache.ts'
import type { Control } from '#ports/control.ts'
import type { Tracking } from '#ports/tracking.ts'
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts'
import { checkpointName, newestFirst, outlived } from './checkpoint-name.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { liveModelKey } from './live-model-key.ts'
import type { SessionRecord } from './session-record.ts'

/** The newest stored checkpoint of a session, under `checkpoint/<session>` in control. */
interface NamedCheckpoint {
  v: 1
  run: string
  path: string
  sequence: number
}

const FOLDER = 'checkpoints'
/** What says that a checkpoint is of no use, or gone. */
const DAMAGED = new Set(['CHECKPOINT_CORRUPT', 'CHECKPOINT_VERSION', 'NOT_FOUND'])

/**
 * Checkpoints as artifacts of the session's tracking run, for processes that share no disk. Control names the newest; the copy
 * in the cache is taken where it is at least as new.
 */
export function createArtifactCheckpointStore({
  tracking,
  control,
  cache,
  recordOf,
  onDamaged,
}: {
  tracking: Tracking
  control: Control
  cache: Cache
  recordOf: (session: string) => SessionRecord | undefined
  onDamaged: (path: string, error: Error) => void
}): CheckpointStore {
  const { artifacts } = tracking
  const key = (session: string) => `checkpoint/${session}`

  async function names(run: string) {
    // A person may have deleted the run.
    const found = await artifacts.list(run, FOLDER).catch(error => {
      if (error.code === 'NOT_FOUND') return []
      throw error
    })
    return newestFirst(found.map(({ path }) => path.slice(FOLDER.length + 1)))
  }

  async function prune(run: string): Promise<void> {
    for (const { name } of outlived(await names(run))) await artifacts.delete(run, `${FOLDER}/${name}`)
  }

  async function cached(session: string): Promise<Checkpoint | null> {
    const useCase = recordOf(session)?.useCase
    if (!useCase) return null
    try {
      const bytes = await cache.get(liveModelKey(useCase))
      const checkpoint = bytes && decodeCheckpoint(bytes)
      return checkpoint?.header.session === session ? checkpoint : null
    } catch {
      return null
    }
  }

  async function read(run: string, path: string): Promise<Checkpoint | null> {
    try {
      return decodeCheckpoint(await artifacts.read(run, path))
    } catch (error) {
      // While tracking cannot be asked, or refuses to answer, nothing is known of its checkpoints.
      if (!DAMAGED.has((error as { code?: string }).code ?? '')) throw error
      onDamaged(path, error as Error)
      return null
    }
  }

  return {
    async save(session, sequence, at, bytes) {
      const run = recordOf(session)?.run
      if (!run) throw new Error(`Session ${session} has no tracking run yet.`)
      const path = `${FOLDER}/${checkpointName(sequence, at)}`
      await artifacts.write(run, path, bytes)
      // One that took so long that the session went on elsewhere must not take the place of a newer one.
      if ((control.get<NamedCheckpoint>(key(session))?.sequence ?? 0) <= sequence)
        await control.put(key(session), { v: 1, run, path, sequence } satisfies NamedCheckpoint)
      // It is durable; those that outlived their use go with the next one.
      await prune(run).catch(() => {})
    },
    async latest(session) {
      const named = control.get<NamedCheckpoint>(key(session))
      const copy = await cached(session)
      if (!named || (copy && copy.header.sequence >= named.sequence)) return copy
      const newest = await read(named.run, named.path)
      if (newest) return newest
      for (const { name } of await names(named.run)) {
        const path = `${FOLDER}/${name}`
        const older = path === named.path ? null : await read(named.run, path)
        if (older) return older
      }
      return copy
    },
  }
}
