import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startComputation } from './computation.ts'
import type { LiveQuery, LiveStep } from './live-query.ts'

describe('a computation', () => {
  const stepsOf = async (kind: Pick<LiveStep, 'mode' | 'reason'>): Promise<number> => {
    const step = { changed: true, oldestAt: null, elapsedMs: 40, bytesScanned: 0, ...kind }
    const began: number[] = []
    const query: Partial<LiveQuery> = {
      tables: [],
      restless: false,
      execute: async () => ({ ...step, mode: 'RECOMPUTED', reason: null }),
      async advance() {
        began.push(performance.now())
        return step
      },
    }
    const options = { tails: { onRows: () => ({ [Symbol.dispose]() {} }) }, idleMs: 1, notice() {} }
    await using computation = await startComputation({ query: query as LiveQuery, ...options })
    computation.listen({ intervalMs: 1, changed() {}, failed() {} })
    while (began.length < 4) await new Promise(resolve => setTimeout(resolve, 5))
    return (began[3] as number) - (began[1] as number)
  }

  it('lets the thread have as much time between merges as they take', async () => {
    assert.ok((await stepsOf({ mode: 'INCREMENTAL', reason: null })) >= 155)
  })

  it('takes a quarter of the time where it is executed again', async () => {
    assert.ok((await stepsOf({ mode: 'RECOMPUTED', reason: 'because' })) >= 315)
  })
})
