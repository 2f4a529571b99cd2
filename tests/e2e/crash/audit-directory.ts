import assert from 'node:assert/strict'
import { openAdapters } from '#adapters/open.ts'
import { createFileCheckpointStore } from '#subgraphs/incremental/session/file-checkpoint-store.ts'
import type { UseCase } from '#use-cases/define.ts'
import { type Audit, auditLog } from './audit-log.ts'

/** Audits the data directory of a stopped platform. */
export async function auditDirectory({
  dataDir,
  ...rest
}: {
  dataDir: string
  useCase: UseCase
  acknowledged?: readonly string[]
}): Promise<Audit> {
  await using adapters = await openAdapters({ dataDir, ports: ['log', 'control'] })
  const { log, control, directory } = adapters
  const checkpoints = createFileCheckpointStore({
    directory: await directory.folder('checkpoints'),
    onDamaged: assert.fail,
  })
  return await auditLog({ log, control, checkpoints, ...rest })
}
