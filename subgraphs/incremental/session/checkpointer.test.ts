import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { createCheckpointer } from './checkpointer.ts'
import type { SessionRecord } from './session-record.ts'
import type { WorkerClient } from './worker-client.ts'

test('a checkpoint that cannot be stored is tried again after a while, not with every step', async t => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const fault = { down: true }
  const notices: string[] = []
  let tried = 0
  const checkpointer = createCheckpointer({
    record: { id: 's', useCase: 'TFD', learner: 'x', orderPartition: 0 } as unknown as SessionRecord,
    worker: {
      call: async () => ({
        payload: new ArrayBuffer(8),
        progress: { sequence: 1, source: [0], labels: [0] },
        report: null,
      }),
    } as unknown as WorkerClient,
    store: {
      async save() {
        tried++
        if (fault.down) throw new Error('No tracking.')
      },
      latest: async () => null,
    },
    cache: createMemoryCache(),
    inOrder: act => act(),
    upTo: () => ({ order: 1, outcomes: 0, drift: 0, deadLetters: [0] }),
    onCheckpoint: () => {},
    onNotice: (_, message) => notices.push(message),
  })
  const step = async () => {
    checkpointer.fed(500)
    if (checkpointer.isDue()) await checkpointer.take()
  }
  for (let i = 0; i < 100; i++) await step()
  assert.equal(tried, 1)
  now += 6000
  await step()
  assert.equal(tried, 2)
  assert.equal(notices.length, 1)
  fault.down = false
  now += 6000
  await step()
  for (let i = 0; i < 40; i++) await step()
  assert.equal(tried, 5)
})
