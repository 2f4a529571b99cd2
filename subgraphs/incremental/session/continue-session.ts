import type { EventLog } from '#ports/event-log.ts'
import type { Topics } from '#use-cases/topics.ts'
import type { CheckpointFacts } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { findCheckpoint } from './find-checkpoint.ts'
import { type Recovered, replayOrderLog } from './recovery.ts'
import type { SessionRecord } from './session-record.ts'
import type { WorkerClient } from './worker-client.ts'

/**
 * Brings a worker to where its session stood: the newest checkpoint, then what was published after it. The session's writer
 * must be open, so that nothing is published meanwhile.
 */
export async function continueSession({
  record,
  log,
  topics,
  worker,
  checkpoints,
  signal,
  onContinued,
}: {
  record: SessionRecord
  log: EventLog
  topics: Topics
  worker: WorkerClient
  checkpoints: Pick<CheckpointStore, 'latest'>
  signal: AbortSignal
  onContinued: (checkpoint: CheckpointFacts) => void
}): Promise<Recovered & { isNew: boolean }> {
  const { id, useCase, learner, parameters: params, seed, source, labels, orderPartition } = record
  const started = await findCheckpoint(checkpoints, record)
  const header = started?.header
  // That of a predecessor has the state, but knows nothing of this session's own records.
  const own = header?.session === id ? header : undefined
  if (started) onContinued(started)
  const progress = await worker.call(
    'open',
    {
      useCase,
      session: id,
      learner,
      params,
      seed,
      source,
      labels,
      ...(record.decision && { decision: record.decision }),
      ...(started && { state: started.payload, format: started.format }),
    },
    started ? [started.payload] : [],
  )
  // A checkpoint that its session stored late, after this one had begun, has a part of what it left behind.
  const behind = (session: string, from: number) =>
    header?.session === session ? Math.max(from, header.orderOffset) : from
  const heritage = own
    ? []
    : (record.heritage ?? []).map(stretch => ({ ...stretch, from: behind(stretch.session, stretch.from) }))
  const recovered = await replayOrderLog({
    log,
    worker,
    topics,
    session: id,
    partition: orderPartition,
    heritage,
    from: {
      order: own?.orderOffset ?? record.orderStart,
      outcomes: own?.outcomeOffset ?? record.outcomeStart ?? 0,
      drift: own?.driftOffset ?? record.driftStart ?? 0,
      // A predecessor rejected records behind its checkpoint, which are read again.
      deadLetters: header?.deadLetterOffsets ?? record.deadLetterStart ?? source.map(() => 0),
    },
    progress,
    signal,
  })
  return { ...recovered, isNew: !started && recovered.replayed === 0 }
}
