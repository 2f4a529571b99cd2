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

test('an outage is waited for with growing pauses, however long, and the next one begins anew', () => {
  let clock = 0
  const away = Object.assign(new Error('away'), { code: 'ENGINE_UNREACHABLE' })
  const policy = createRecoveryPolicy({ now: () => clock })
  const delays = Array.from({ length: 50 }, () => {
    clock += 6000
    return policy.delayAfter(away)
  })
  assert.deepEqual(delays.slice(0, 7), [200, 400, 800, 1600, 3200, 5000, 5000])
  assert.equal(delays.at(-1), 5000)
  clock += 3_600_000
  assert.equal(policy.delayAfter(away), 200)
})
