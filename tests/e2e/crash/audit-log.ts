import assert from 'node:assert/strict'
import type { Control } from '#ports/control.ts'
import type { EventLog } from '#ports/event-log.ts'
import type { CheckpointStore } from '#subgraphs/incremental/session/checkpoint-store.ts'
import type { Checkpoint } from '#subgraphs/incremental/session/checkpoint.ts'
import { createEngine } from '#subgraphs/incremental/session/engine.ts'
import { parseOrderRecord } from '#subgraphs/incremental/session/order-record.ts'
import type { SessionRecord } from '#subgraphs/incremental/session/session-record.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { topicsOf } from '#use-cases/topics.ts'

export interface Audit {
  predictions: number
  deadLetters: number
  recoveries: number
}

/**
 * Checks what a stopped platform left in its log: sequences without holes, every valid event before the checkpoint
 * predicted exactly once, and the last checkpoint equal, byte for byte, to a run over the whole order log.
 */
export async function auditLog({
  log,
  control,
  checkpoints,
  useCase,
  acknowledged = [],
}: {
  log: EventLog
  control: Control
  checkpoints: Pick<CheckpointStore, 'latest'>
  useCase: UseCase
  /** Ids of events that were acknowledged to a client; all must be in the topic. */
  acknowledged?: readonly string[]
}): Promise<Audit> {
  const [entry, ...others] = control
    .entries<SessionRecord>('session/')
    .map(([, record]) => record)
    .filter(record => record.useCase === useCase.id)
  assert.ok(entry && others.length === 0, `one session of ${useCase.id}`)
  const topics = topicsOf(useCase)
  const labels = await valuesByPartition(log, topics.labels)
  const engine = createEngine({
    useCase,
    session: entry.id,
    learner: entry.learner,
    params: entry.parameters,
    seed: entry.seed,
    source: entry.source,
    labels: entry.labels,
  })

  const predicted = new Map<string, number>()
  const at = [...entry.labels]
  let sequence = 0
  for await (const { records } of log.read(topics.predictions, { from: 'earliest' })) {
    for (const { value } of records) {
      const order = parseOrderRecord(value)
      order.labels.forEach((end, partition) => {
        for (; (at[partition] as number) < end; at[partition] = (at[partition] as number) + 1) {
          const offset = at[partition] as number
          const label = labels[partition]?.get(offset)
          // Offsets may have holes.
          if (label) engine.replayLabel(partition, offset, label)
        }
      })
      const { modelVersion, labelled, pending } = engine.progress()
      assert.equal(
        engine.replay(order).diverged,
        false,
        `${useCase.id} ${order.seq}: score of model ${JSON.stringify(modelVersion)} after ${labelled} labels, ${pending} open, where the log has ${JSON.stringify(order)}.`,
      )
      if (order.kind !== 'prediction') continue
      assert.equal(order.seq, sequence++, `${useCase.id}: sequence`)
      predicted.set(order.eventId, (predicted.get(order.eventId) ?? 0) + 1)
    }
  }

  const checkpoint = await checkpoints.latest(entry.id)
  assert.ok(checkpoint)
  assert.equal(
    checkpoint.header.sequence,
    sequence,
    `${useCase.id}: the checkpoint of an orderly stop is the newest`,
  )
  await auditEvents({ log, useCase, source: checkpoint.header.source, predicted, acknowledged })
  assert.deepEqual(
    engine.evaluation(),
    restored(useCase, entry, checkpoint).evaluation(),
    `${useCase.id}: metrics`,
  )
  return {
    predictions: sequence,
    deadLetters: await count(log, topics.deadLetters),
    recoveries: entry.recoveries,
  }
}

async function auditEvents({
  log,
  useCase,
  source,
  predicted,
  acknowledged,
}: {
  log: EventLog
  useCase: UseCase
  source: readonly number[]
  predicted: ReadonlyMap<string, number>
  acknowledged: readonly string[]
}): Promise<void> {
  const parse = createEventParser(useCase)
  const inTopic = new Set<string>()
  for await (const { records } of log.read(topicsOf(useCase).events, { from: 'earliest' })) {
    for (const { partition, offset, value } of records) {
      const parsed = parse(value)
      if (!parsed.ok) continue
      inTopic.add(parsed.id)
      if (offset < (source[partition] as number))
        assert.equal(predicted.get(parsed.id), 1, `${useCase.id} ${parsed.id}`)
    }
  }
  for (const id of acknowledged)
    assert.ok(inTopic.has(id), `${useCase.id}: acknowledged event ${id} is in the topic`)
}

function restored(
  useCase: UseCase,
  { id, learner, parameters, seed, source, labels }: SessionRecord,
  { payload: state, format }: Checkpoint,
) {
  const params = parameters
  return createEngine({ useCase, session: id, learner, params, seed, source, labels, state, format })
}

async function valuesByPartition(log: EventLog, topic: string): Promise<Map<number, Uint8Array>[]> {
  const [info] = await log.topics([topic])
  const values = (info?.partitions ?? []).map(() => new Map<number, Uint8Array>())
  for await (const { records } of log.read(topic, { from: 'earliest' })) {
    for (const { partition, offset, value } of records) values[partition]?.set(offset, value.slice())
  }
  return values
}

async function count(log: EventLog, topic: string): Promise<number> {
  let found = 0
  for await (const { records } of log.read(topic, { from: 'earliest' })) found += records.length
  return found
}
