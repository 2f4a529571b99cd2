import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoostingScorer } from '#learn/batch/boosting/boosting-options.ts'
import { trainBoosting } from '#learn/batch/boosting/train-boosting.ts'
import type { Dataset } from '#learn/batch/dataset.ts'
import { createRandom } from '#learn/math/random.ts'
import { createStateWriter } from '#learn/state/writer.ts'
import { openBoostingThreads } from './boosting-threads.ts'

const rows = 4000
const random = createRandom(3)
const numbers = Array.from({ length: 5 }, () => Float64Array.from({ length: rows }, () => random.normal()))
const codes = Int32Array.from({ length: rows }, () => random.below(40))
const data: Dataset = {
  rows,
  columns: [
    ...numbers.map((_, i) => ({ name: `x${i}`, kind: 'numeric' as const })),
    { name: 'c', kind: 'nominal', categories: Array.from({ length: 40 }, (_, i) => i) },
  ],
  values: [...numbers, codes],
}
const [first = new Float64Array(), second = new Float64Array()] = numbers
const labels = first.map((value, i) => value * (second[i] as number) + ((codes[i] as number) % 3))
const part = { data, labels }
const params = { iterations: 15, subsample: 0.8, columnSample: 0.7, setMax: 0 }
const options = { objective: 'regression', train: part, validation: part, seed: 5, params } as const

test('a model is the same bit for bit however many threads grew it', async () => {
  const { scorer: alone } = await trainBoosting(options)
  for (const helpers of [0, 1, 3]) {
    await using threads = await openBoostingThreads(helpers)
    // The same threads serve one training after another.
    for (let round = 0; round < 2; round++) {
      const { scorer } = await trainBoosting({ ...options, threads })
      assert.deepEqual(saved(scorer), saved(alone))
    }
  }
})

test('threads are free again after a training that was stopped or refused', async () => {
  await using threads = await openBoostingThreads(1)
  const controller = new AbortController()
  const onIteration = () => controller.abort()
  await assert.rejects(trainBoosting({ ...options, threads, onIteration, signal: controller.signal }), {
    code: 'STOPPED',
  })
  await assert.rejects(trainBoosting({ ...options, threads, params: { depth: 0 } }), {
    code: 'INVALID_PARAMETER',
  })
  const { iterations } = await trainBoosting({ ...options, threads })
  assert.equal(iterations, 15)
})

function saved(scorer: BoostingScorer): ArrayBuffer {
  const out = createStateWriter()
  scorer.save(out)
  return out.finish()
}
