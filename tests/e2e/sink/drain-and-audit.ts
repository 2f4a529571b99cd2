import { openSink } from '#subgraphs/sql/sink/open-sink.ts'
import type { UseCase } from '#use-cases/define.ts'
import { auditTables, type TableAudit } from './audit-tables.ts'
import { openPlatform, type PlatformPlan } from './open-platform.ts'

/** Lets a sink write all that the log holds, then compares. Nobody else may write meanwhile. */
export async function drainAndAudit(plan: PlatformPlan, useCases: readonly UseCase[]): Promise<TableAudit> {
  await using platform = await openPlatform(plan)
  const { log, lake, cache } = platform
  const problems: string[] = []
  const note = (message: string) => void problems.push(message)
  await using sink = await openSink({
    log,
    lake,
    cache,
    useCases,
    instance: 'audit',
    logger: { info() {}, warn: note, error: note },
  })
  await sink.flush()
  if (problems.length > 0) throw new Error(`The last sink had problems of its own: ${problems.join(' ')}`)
  const total: TableAudit = { rows: 0, quarantined: 0 }
  for (const useCase of useCases) {
    const { rows, quarantined } = await auditTables(log, lake, useCase)
    total.rows += rows
    total.quarantined += quarantined
  }
  return total
}
