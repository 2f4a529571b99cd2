import type { Checkpoint } from './checkpoint.ts'

/** Where the checkpoints of sessions are kept. */
export interface CheckpointStore {
  /** Durable once resolved. Older ones of the session go: the last three and one an hour stay. */
  save(session: string, sequence: number, at: number, bytes: Uint8Array): Promise<void>
  /** The newest checkpoint that is whole; null if there is none. Damaged ones are reported and skipped. */
  latest(session: string): Promise<Checkpoint | null>
}
