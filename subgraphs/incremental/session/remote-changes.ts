import { randomUUID } from 'node:crypto'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { Control } from '#ports/control.ts'
import type { ModelFigures, PromotionFigures } from './members/figures.ts'
import type { ModelChange } from './members/model-change.ts'
import type { SessionRecord } from './session-record.ts'

/** The models of a session after a change. */
export interface ChangedModels {
  models: readonly ModelFigures[]
  promotions: readonly PromotionFigures[]
}

/** Changes to the models of sessions that other processes run, and what others ask of ours. */
export interface RemoteChanges extends Disposable {
  /** Resolves once the process that runs the session has made the change; rejects with what it found wrong. */
  ask(record: SessionRecord, change: ModelChange): Promise<ChangedModels>
}

interface Wanted {
  v: 1
  request: string
  session: string
  change: ModelChange
}

type Answer = { v: 1; request: string } & (
  | { changed: ChangedModels }
  | { refused: { code: string; message: string } }
)

const WANTED = 'model-change/'
const ANSWER = 'model-change-answer/'
/** Longer than a step and its publication take, shorter than people wait. */
const PATIENCE_MS = 10_000

export function createRemoteChanges({
  control,
  act,
  onError,
}: {
  control: Control
  /** Makes a change if the session runs here; null where it does not. */
  act: (session: string, change: ModelChange) => Promise<ChangedModels> | null
  onError: (useCase: string, error: Error) => void
}): RemoteChanges {
  const waiting = new Map<string, PromiseWithResolvers<ChangedModels>>()
  const listening = new DisposableStack()
  listening.use(
    control.onChange<Wanted>(WANTED, (key, wanted) => {
      if (wanted?.v !== 1) return
      const useCase = key.slice(WANTED.length)
      answer(useCase, wanted)?.catch(error => onError(useCase, error as Error))
    }),
  )
  listening.use(
    control.onChange<Answer>(ANSWER, (_, answer) => {
      if (answer?.v !== 1) return
      const asked = waiting.get(answer.request)
      if ('changed' in answer) asked?.resolve(answer.changed)
      else asked?.reject(new CodedError(answer.refused.code, answer.refused.message))
    }),
  )

  function answer(useCase: string, { request, session, change }: Wanted): Promise<void> | null {
    const acted = act(session, change)
    return (
      acted &&
      acted
        .then(
          changed => ({ changed }),
          ({ code = 'LEARNER_FAILED', message }) => ({ refused: { code, message } }),
        )
        .then(result => control.put(`${ANSWER}${useCase}`, { v: 1, request, ...result } satisfies Answer))
    )
  }

  return {
    async ask({ id: session, useCase, owner }, change) {
      const request = randomUUID()
      const asked = Promise.withResolvers<ChangedModels>()
      asked.promise.catch(() => {})
      waiting.set(request, asked)
      const timer = setTimeout(() => {
        const who = owner ?? 'No process'
        const message = `${who} runs the session of ${useCase} and has not answered in ${PATIENCE_MS / 1000} s; try again.`
        asked.reject(new CodedError('SESSION_CONFLICT', message))
      }, PATIENCE_MS)
      try {
        const wanted: Wanted = { v: 1, request, session, change }
        await Promise.race([control.put(`${WANTED}${useCase}`, wanted), asked.promise])
        return await asked.promise
      } finally {
        clearTimeout(timer)
        waiting.delete(request)
      }
    },
    [Symbol.dispose]() {
      listening.dispose()
      for (const { reject } of waiting.values()) reject(new Error('This process is ending; ask another.'))
    },
  }
}
