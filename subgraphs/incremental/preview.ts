import { randomUUID } from 'node:crypto'
import type { Cache } from '#ports/cache.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { createEventParser } from '#use-cases/parse.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { encodePredictionId } from '#subgraphs/prediction-id.ts'
import type { PredictionModel } from './predictions/prediction-model.ts'
import { decodeCheckpoint } from './session/checkpoint.ts'
import type { CheckpointStore } from './session/checkpoint-store.ts'
import { findCheckpoint } from './session/find-checkpoint.ts'
import { createEngine } from './session/engine.ts'
import type { Engine } from './session/engine-api.ts'
import type { Previewed } from './session/protocol.ts'
import { LIVE_MODEL_CHANNEL, liveModelKey } from './session/live-model-key.ts'
import type { SessionView } from './session/session-view.ts'
import type { Sessions } from './session/sessions-api.ts'

/** What the model says about an event that is not in the stream. */
export interface Preview {
  /** @throws CodedError `NOT_READY` while nothing was learned. The event must be valid. */
  (useCase: UseCase, event: JsonEvent, eventId: string): Promise<PredictionModel>
}

/**
 * Asks the model of the session that runs here; when none does, the newest checkpoint, from the cache or from the store, which
 * then stays resident until a newer one is told of. Pure: the model is the same before and after.
 */
export async function openPreview({
  sessions,
  cache,
  checkpoints,
}: {
  sessions: Sessions
  cache: Cache
  checkpoints: CheckpointStore
}): Promise<{ preview: Preview } & AsyncDisposable> {
  const resident = new Map<string, { key: string; engine: Promise<Engine> }>()
  const told = await cache.subscribe(LIVE_MODEL_CHANNEL, message => {
    const { useCase } = JSON.parse(Buffer.from(message).toString('utf8')) as { useCase: string }
    resident.delete(useCase)
  })

  /** Loaded once for all that ask at the same time. */
  function idleEngine(useCase: UseCase, view: SessionView): Promise<Engine> {
    const key = `${view.record.id}/${view.checkpoint?.hash}`
    const held = resident.get(useCase.id)
    if (held?.key === key) return held.engine
    const loading = { key, engine: loadEngine(useCase, view) }
    resident.set(useCase.id, loading)
    loading.engine.catch(() => {
      if (resident.get(useCase.id) === loading) resident.delete(useCase.id)
    })
    return loading.engine
  }

  async function loadEngine(useCase: UseCase, view: SessionView): Promise<Engine> {
    const checkpoint = (await fromCache(useCase, view)) ?? (await findCheckpoint(checkpoints, view.record))
    if (!checkpoint) throw new CodedError('NOT_READY', `${useCase.id} has learned nothing yet.`)
    const { id, learner, parameters, seed, decision, source, labels } = view.record
    return createEngine({
      useCase,
      session: id,
      learner,
      params: parameters,
      seed,
      source,
      labels,
      ...(decision && { decision }),
      state: checkpoint.payload,
      format: checkpoint.format,
    })
  }

  /** Null also when the cache cannot be asked or holds something that is no checkpoint: the store has all of it. */
  async function fromCache(useCase: UseCase, { record }: SessionView) {
    try {
      const bytes = await cache.get(liveModelKey(useCase.id))
      const checkpoint = bytes && decodeCheckpoint(bytes)
      return checkpoint?.header.session === record.id ? checkpoint : null
    } catch {
      return null
    }
  }

  async function ask(useCase: UseCase, view: SessionView, event: JsonEvent): Promise<Previewed> {
    const runner = sessions.runner(useCase.id)
    if (runner) {
      await runner.live
      return runner.preview(event)
    }
    const engine = await idleEngine(useCase, view)
    const parsed = createEventParser(useCase).ofObject(event)
    if (!parsed.ok) throw new CodedError(parsed.code, parsed.message)
    return { ...engine.preview(parsed), timeMs: parsed.timeMs }
  }

  const preview: Preview = async (useCase, event, eventId) => {
    const view = sessions.current(useCase.id)
    if (!view) throw new CodedError('NOT_READY', `${useCase.id} has no training session yet.`)
    const { score, detail, modelVersion, timeMs, windows, explanation } = await ask(useCase, view, event)
    // What a model without any example says is a constant, and would pass for an opinion.
    if (modelVersion === 0) throw new CodedError('NOT_READY', `${useCase.id} has learned nothing yet.`)
    const session = view.record.id
    return {
      // The random part keeps it apart from the stream's predictions.
      id: encodePredictionId({ useCase: useCase.id, session: `${session}:${randomUUID()}`, seq: 0 }),
      cursor: null,
      transient: true,
      record: {
        v: 1,
        kind: 'prediction',
        useCase: useCase.id,
        session,
        seq: -1,
        partition: -1,
        offset: -1,
        labels: [],
        at: Date.now(),
        eventTime: timeMs,
        latencyMs: 0,
        eventId,
        score,
        detail,
        modelVersion,
        ...(explanation && { explanation }),
        ...(windows && { windows }),
        event,
      },
    }
  }
  return { preview, [Symbol.asyncDispose]: () => told[Symbol.asyncDispose]() }
}
