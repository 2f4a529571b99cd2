import { randomUUID } from 'node:crypto'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { findCheckpoint } from './find-checkpoint.ts'
import type { CheckpointHeader } from './checkpoint.ts'
import type { OrderStretch, SessionRecord } from './session-record.ts'
import { writerOf } from './writer-of.ts'

/** Where a new session takes its model and its position from. */
export type StartFrom = 'LAST_CHECKPOINT' | 'EARLIEST' | 'LATEST'

/**
 * The record of a new session. From the last checkpoint of its predecessor it inherits model, metrics and offsets, and what
 * the predecessor published after it. Whoever may still run the predecessor can publish nothing more.
 */
export async function createSession({
  useCase,
  from,
  seed,
  owner,
  previous,
  log,
  checkpoints,
}: {
  useCase: UseCase
  from: StartFrom
  seed: string
  owner: string
  previous?: SessionRecord
  log: EventLog
  checkpoints: CheckpointStore
}): Promise<SessionRecord> {
  const inherits = from === 'LAST_CHECKPOINT' && previous !== undefined
  if (inherits) await (await log.openWriter(writerOf(previous)))[Symbol.asyncDispose]()
  const checkpoint = inherits ? await findCheckpoint(checkpoints, previous) : null
  const topics = topicsOf(useCase)
  const names = [topics.events, topics.labels, topics.predictions, topics.outcomes, topics.deadLetters]
  const infos = await log.topics(names)
  const offsets = (name: string, side: 'start' | 'end') =>
    infos.find(info => info.name === name)?.partitions.map(partition => partition[side]) ?? []
  const side = from === 'LATEST' ? 'end' : 'start'
  const ordinal = (previous?.ordinal ?? 0) + 1
  const ends = offsets(topics.predictions, 'end')
  const orderPartition = ordinal % ends.length
  return {
    v: 1,
    id: randomUUID(),
    useCase: useCase.id,
    state: 'STARTING',
    reason: null,
    ordinal,
    // A learner that was loaded is what it was, whatever is declared by now.
    learner: checkpoint?.header.learner ?? useCase.online.learner,
    parameters: checkpoint && previous ? previous.parameters : useCase.online.params,
    seed,
    origin: checkpoint ? checkpoint.header.session : null,
    heritage: checkpoint && previous ? heritageOf(previous, checkpoint.header, ends) : [],
    source: checkpoint?.header.source ?? offsets(topics.events, side),
    labels: checkpoint?.header.labels ?? offsets(topics.labels, side),
    orderPartition,
    orderStart: ends[orderPartition] ?? 0,
    outcomeStart: offsets(topics.outcomes, 'end')[orderPartition] ?? 0,
    deadLetterStart: offsets(topics.deadLetters, 'end'),
    run: null,
    startedAt: Date.now(),
    endedAt: null,
    recoveries: 0,
    owner,
  }
}

/** Where the checkpoint is not the predecessor's own, it stands before all that the predecessor published. */
function heritageOf(
  { id, heritage = [], orderPartition: partition, orderStart }: SessionRecord,
  { session, orderOffset }: CheckpointHeader,
  ends: readonly number[],
): OrderStretch[] {
  const to = ends[partition] ?? 0
  const all =
    session === id
      ? [{ session: id, partition, from: orderOffset, to }]
      : [...heritage, { session: id, partition, from: orderStart, to }]
  return all.filter(({ from, to }) => from < to)
}
