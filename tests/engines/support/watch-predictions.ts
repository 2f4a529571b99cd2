import assert from 'node:assert/strict'
import type { EventLog } from '#ports/event-log.ts'
import { peekPrediction } from '#subgraphs/peek-prediction.ts'
import { useCases } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { until } from '../../e2e/support/until.ts'

export interface PredictionWatch extends AsyncDisposable {
  /** Predictions of a use case so far. */
  count(useCase: string): number
  /** Waits for a prediction that was made after a moment in Unix milliseconds; resolves with when it could be read. */
  madeAfter(useCase: string, moment: number, withinMs: number): Promise<number>
  /** Waits until there are so many more; for processes whose clocks are wrong. */
  grows(useCase: string, by: number, withinMs: number): Promise<void>
  /** What no read_committed reader may see: predictions out of turn. */
  readonly problems: readonly string[]
}

const AT = /"at":(\d+)/

/** Follows what read_committed readers see of the predictions of every use case from the beginning on. */
export function watchPredictions(log: EventLog): PredictionWatch {
  const stopping = new AbortController()
  const { signal } = stopping
  const seen = new Map<string, { count: number; madeAt: number; readAt: number }>()
  const problems: string[] = []
  const followed = useCases.map(async useCase => {
    const next = new Map<string, number>()
    const state = { count: 0, madeAt: 0, readAt: 0 }
    seen.set(useCase.id, state)
    for await (const { records, gaps } of log.follow(topicsOf(useCase).predictions, {
      from: 'earliest',
      signal,
    })) {
      if (gaps.length > 0) problems.push(`${useCase.id}: a gap ${JSON.stringify(gaps)}`)
      for (const { value } of records) {
        const found = peekPrediction(value)
        if (!found) continue
        // A session that follows another goes on counting from its checkpoint.
        const wanted = next.get(found.session) ?? (next.size === 0 ? 0 : found.seq)
        if (found.seq !== wanted) problems.push(`${useCase.id}: ${found.seq} came, ${wanted} was wanted`)
        next.set(found.session, found.seq + 1)
        state.count++
        state.madeAt = Number(AT.exec(Buffer.from(value).toString('latin1'))?.[1])
        state.readAt = Date.now()
      }
    }
  })
  const stateOf = (useCase: string) => {
    const state = seen.get(useCase)
    assert.ok(state, useCase)
    return state
  }
  return {
    problems,
    count: useCase => stateOf(useCase).count,
    async madeAfter(useCase, moment, withinMs) {
      const state = stateOf(useCase)
      await until(`a prediction of ${useCase}`, () => state.madeAt > moment, { withinMs })
      return state.readAt
    },
    async grows(useCase, by, withinMs) {
      const state = stateOf(useCase)
      const wanted = state.count + by
      await until(`${by} more predictions of ${useCase}`, () => state.count >= wanted, { withinMs })
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all(followed)
    },
  }
}
