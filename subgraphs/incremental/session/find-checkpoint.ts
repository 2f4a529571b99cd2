import type { Checkpoint } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { SessionRecord } from './session-record.ts'

/** The newest checkpoint that a session continues from: its own, or before it has one, that of the session it began with. */
export async function findCheckpoint(
  store: Pick<CheckpointStore, 'latest'>,
  { id, origin }: Pick<SessionRecord, 'id' | 'origin'>,
): Promise<Checkpoint | null> {
  const own = await store.latest(id)
  if (own || origin === null) return own
  const inherited = await store.latest(origin)
  if (inherited) return inherited
  const message = `Session ${id} began with a checkpoint of session ${origin}, which is gone.`
  throw Object.assign(new Error(message), { code: 'CHECKPOINT_MISSING' })
}
