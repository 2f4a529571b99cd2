import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecoveryPolicy } from './recovery-policy.ts'

const lost = Object.assign(new Error('lost'), { code: 'WORKER_LOST' })

test('a session is continued after growing pauses and gives up at the sixth loss within a minute', () => {
  const policy = createRecoveryPolicy({ now: () => 1000 })
  assert.deepEqual(
    Array.from({ length: 6 }, () => policy.delayAfter(lost)),
    [200, 400, 800, 1600, 3200, null],
  )
})

test('losses that are far apart are forgotten', () => {
  let clock = 0
  const policy = createRecoveryPolicy({ now: () => (clock += 61_000) })
  for (let i = 0; i < 20; i++) assert.equal(policy.delayAfter(lost), 200)
})

test('an error that a restart does not mend is final', () => {
  const corrupt = Object.assign(new Error('torn'), { code: 'CHECKPOINT_CORRUPT' })
  assert.equal(createRecoveryPolicy().delayAfter(corrupt), null)
})
