import assert from 'node:assert/strict'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import type { Cluster } from '#cluster/start-cluster.ts'
import type { EventLog } from '#ports/event-log.ts'
import { createArtifactCheckpointStore } from '#subgraphs/incremental/session/artifact-checkpoint-store.ts'
import type { DeadLetter } from '#subgraphs/incremental/session/engine-api.ts'
import { parseOutcomeRecord } from '#subgraphs/incremental/session/outcome-record.ts'
import type { SessionRecord } from '#subgraphs/incremental/session/session-record.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { type Audit, auditLog } from '../../e2e/crash/audit-log.ts'
import { openClusterPorts } from './open-cluster-ports.ts'

export interface ClusterAudit extends Audit {
  outcomes: number
}

/**
 * Checks what a cluster whose roles have ended left in its engines, for every use case: nothing acknowledged is lost, nothing
 * that read_committed readers see is doubled, and the last durable checkpoint equals a run that was never interrupted.
 */
export async function auditCluster({
  cluster,
  acknowledged = () => [],
}: {
  cluster: Pick<Cluster, 'env'>
  acknowledged?: (useCase: string) => readonly string[]
}): Promise<Map<string, ClusterAudit>> {
  await using ports = await openClusterPorts(cluster)
  const { log, control, tracking } = ports
  // Without the copies in the cache: what is durable must do.
  await using cache = createMemoryCache()
  const checkpoints = createArtifactCheckpointStore({
    tracking,
    control,
    cache,
    recordOf: id => control.get<SessionRecord>(`session/${id}`),
    onDamaged: path => assert.fail(`${path} is damaged.`),
  })
  const audits = new Map<string, ClusterAudit>()
  for (const useCase of useCases) {
    const audit = await auditLog({
      log,
      control,
      checkpoints,
      useCase,
      acknowledged: acknowledged(useCase.id),
    })
    await auditDeadLetters(log, useCase)
    audits.set(useCase.id, { ...audit, outcomes: await auditOutcomes(log, useCase) })
  }
  return audits
}

/** Outcomes count from the session's first, without a hole or a repetition, each of another prediction. */
async function auditOutcomes(log: EventLog, useCase: UseCase): Promise<number> {
  const labelled = new Set<number>()
  for await (const { records } of log.read(topicsOf(useCase).outcomes, { from: 'earliest' })) {
    for (const { value } of records) {
      const { from, rows } = parseOutcomeRecord(value)
      assert.equal(from, labelled.size, `${useCase.id}: outcomes`)
      for (const [seq] of rows) labelled.add(seq)
      assert.equal(labelled.size, from + rows.length, `${useCase.id}: a prediction has two outcomes`)
    }
  }
  return labelled.size
}

/** Every invalid event is a dead letter, once. */
async function auditDeadLetters(log: EventLog, useCase: UseCase): Promise<void> {
  const parse = createEventParser(useCase)
  const topics = topicsOf(useCase)
  const invalid: string[] = []
  for await (const { records } of log.read(topics.events, { from: 'earliest' })) {
    for (const { partition, offset, value } of records)
      if (!parse(value).ok) invalid.push(`event ${partition}/${offset}`)
  }
  const dead: string[] = []
  for await (const { records } of log.read(topics.deadLetters, { from: 'earliest' })) {
    for (const { value } of records) {
      const { kind, partition, offset } = JSON.parse(new TextDecoder().decode(value)) as DeadLetter
      dead.push(`${kind} ${partition}/${offset}`)
    }
  }
  assert.deepEqual(dead.toSorted(), invalid.toSorted(), `${useCase.id}: dead letters`)
}
