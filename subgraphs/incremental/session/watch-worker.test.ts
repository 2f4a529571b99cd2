import assert from 'node:assert/strict'
import { test } from 'node:test'
import { watchWorker } from './watch-worker.ts'
import type { WorkerClient } from './worker-client.ts'

/** A worker whose answer to a ping is in the test's hands. */
function worker(answer: Promise<never>) {
  let disposed = 0
  const client = {
    call: () => answer,
    ended: new Promise<never>(() => {}),
    async [Symbol.asyncDispose]() {
      disposed++
    },
  } as unknown as WorkerClient
  return { client, disposals: () => disposed }
}

test('a worker that hangs is reported and ended, so that what waits for its answers learns of it', t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const { client, disposals } = worker(new Promise(() => {}))
  const failures: unknown[] = []
  const stop = watchWorker(client, error => failures.push(error))
  for (let second = 0; second < 30; second++) {
    now += 1000
    t.mock.timers.tick(1000)
  }
  stop()
  assert.equal((failures[0] as { code: string }).code, 'WORKER_LOST')
  assert.equal(failures.length, 1)
  assert.equal(disposals(), 1)
})

test('a worker that answers is left alone', async t => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const { client, disposals } = worker(Promise.resolve() as Promise<never>)
  const failures: unknown[] = []
  const stop = watchWorker(client, error => failures.push(error))
  for (let second = 0; second < 60; second++) {
    now += 1000
    t.mock.timers.tick(1000)
    await Promise.resolve()
    await Promise.resolve()
  }
  stop()
  assert.deepEqual(failures, [])
  assert.equal(disposals(), 0)
})
