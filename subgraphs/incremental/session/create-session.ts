import { randomUUID } from 'node:crypto'
import type { EventLog } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { encodeCheckpoint } from './checkpoint.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import type { SessionRecord } from './session-record.ts'

/** Where a new session takes its model and its position from. */
export type StartFrom = 'LAST_CHECKPOINT' | 'EARLIEST' | 'LATEST'

/**
 * The record of a new session. From the last checkpoint it inherits model, metrics and offsets, which it also stores as a
 * first checkpoint of its own, so that it recovers without its predecessor.
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
  const checkpoint = from === 'LAST_CHECKPOINT' && previous ? await checkpoints.latest(previous.id) : null
  const topics = topicsOf(useCase)
  const infos = await log.topics([topics.events, topics.labels, topics.predictions])
  const offsets = (name: string, side: 'start' | 'end') =>
    infos.find(info => info.name === name)?.partitions.map(partition => partition[side]) ?? []
  const side = from === 'LATEST' ? 'end' : 'start'
  const ordinal = (previous?.ordinal ?? 0) + 1
  const ends = offsets(topics.predictions, 'end')
  const orderPartition = ordinal % ends.length
  const record: SessionRecord = {
    v: 1,
    id: randomUUID(),
    useCase: useCase.id,
    state: 'STARTING',
    reason: null,
    ordinal,
    learner: useCase.online.learner,
    parameters: useCase.online.params,
    seed,
    origin: checkpoint ? checkpoint.header.session : null,
    source: checkpoint?.header.source ?? offsets(topics.events, side),
    labels: checkpoint?.header.labels ?? offsets(topics.labels, side),
    orderPartition,
    orderStart: ends[orderPartition] ?? 0,
    startedAt: Date.now(),
    endedAt: null,
    recoveries: 0,
    owner,
  }
  if (checkpoint) {
    const { startedAt: at, orderStart: orderOffset, id: session } = record
    const header = { ...checkpoint.header, session, orderPartition, orderOffset, at }
    await checkpoints.save(session, header.sequence, at, encodeCheckpoint(header, checkpoint.payload).bytes)
  }
  return record
}
