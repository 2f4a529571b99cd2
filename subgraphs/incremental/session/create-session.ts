import { randomUUID } from 'node:crypto'
import type { EventLog } from '#ports/event-log.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { DecisionSpec, UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { findCheckpoint } from './find-checkpoint.ts'
import type { CheckpointHeader } from './checkpoint.ts'
import type { OrderStretch, SessionRecord } from './session-record.ts'
import { writerOf } from './writer-of.ts'

/** What a session learns with, where it is not what the use case declares. */
export interface ModelSpec {
  learner?: string | undefined
  parameters?: SessionRecord['parameters'] | undefined
  decision?: DecisionSpec | undefined
}

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
  model,
  owner,
  previous,
  log,
  checkpoints,
}: {
  useCase: UseCase
  from: StartFrom
  seed: string
  /** Default: what the use case declares, or what the checkpoint holds. */
  model?: ModelSpec | undefined
  owner: string
  previous?: SessionRecord
  log: EventLog
  checkpoints: CheckpointStore
}): Promise<SessionRecord> {
  const inherits = from === 'LAST_CHECKPOINT' && previous !== undefined
  if (inherits) await (await log.openWriter(writerOf(previous)))[Symbol.asyncDispose]()
  const checkpoint = inherits ? await findCheckpoint(checkpoints, previous) : null
  if (checkpoint && model) checkSame(model, previous as SessionRecord)
  const topics = topicsOf(useCase)
  const { events, labels, predictions, outcomes, drift, deadLetters } = topics
  const names = [events, labels, predictions, outcomes, drift, deadLetters]
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
    learner: checkpoint?.header.learner ?? model?.learner ?? useCase.online.learner,
    parameters: checkpoint && previous ? previous.parameters : parametersOf(useCase, model),
    ...decisionOf(checkpoint ? previous : model),
    seed,
    origin: checkpoint ? checkpoint.header.session : null,
    heritage: checkpoint && previous ? heritageOf(previous, checkpoint.header, ends) : [],
    source: checkpoint?.header.source ?? offsets(topics.events, side),
    labels: checkpoint?.header.labels ?? offsets(topics.labels, side),
    orderPartition,
    orderStart: ends[orderPartition] ?? 0,
    outcomeStart: offsets(topics.outcomes, 'end')[orderPartition] ?? 0,
    driftStart: offsets(topics.drift, 'end')[orderPartition] ?? 0,
    deadLetterStart: offsets(topics.deadLetters, 'end'),
    run: null,
    startedAt: Date.now(),
    endedAt: null,
    recoveries: 0,
    owner,
  }
}

/** Throws a CodedError where a session is to continue a model and to have another. */
function checkSame({ learner }: ModelSpec, { learner: held }: SessionRecord): void {
  if (learner === undefined || learner === held) return
  throw new CodedError(
    'MODEL_MISMATCH',
    `learner: ${learner} given, but the last checkpoint holds ${held}; start from EARLIEST or LATEST, or add it as a challenger.`,
  )
}

function parametersOf({ online }: UseCase, model: ModelSpec | undefined): SessionRecord['parameters'] {
  if (model?.parameters) return model.parameters
  // Those that are declared are the declared learner's.
  return model?.learner === undefined || model.learner === online.learner ? online.params : {}
}

function decisionOf(from: { decision?: DecisionSpec | undefined } | undefined): { decision?: DecisionSpec } {
  return from?.decision ? { decision: from.decision } : {}
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
