import { readFile } from 'node:fs/promises'
import type { CheckpointFiles, CheckpointRow } from '../checkpoint-files.ts'

/** Checkpoints as JSON instead of Parquet, for tests of what they are used for. */
export const jsonCheckpoints: CheckpointFiles = {
  read: async path => JSON.parse(await readFile(path, 'utf8')) as CheckpointRow[],
  write: async rows => new TextEncoder().encode(JSON.stringify(rows)),
}
