import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EventLog } from '#ports/event-log.ts'
import { EVENT } from './packed-items.ts'
import { deployment } from './test-deployment.ts'
import { generateItems } from './test-items.ts'
import { append, predictions, sequence, state, until, useCase } from './test-platform.ts'

const items = generateItems({ useCase, mode: 'realistic', count: 900, seed: 'shared' })
const eventsIn = (part: typeof items) => part.filter(({ kind }) => kind === EVENT).length

async function assertOnce(log: EventLog, count: number): Promise<void> {
  const published = await predictions(log)
  assert.deepEqual(
    published.map(({ seq }) => seq),
    published.map((_, i) => i),
  )
  assert.equal(new Set(published.map(({ partition, offset }) => `${partition}/${offset}`)).size, count)
  assert.equal(published.length, count)
}

test('one process runs the session, every other knows how it is and passes on what is asked', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await second.services.sessions.restore()
  await append(d.log, items.slice(0, 300))
  await until(() => sequence(second) === eventsIn(items.slice(0, 300)), 'the figures to reach the other')
  const [ours, theirs] = [first, second].map(({ services }) => services.sessions.current('TFD'))
  assert.deepEqual([ours?.local, theirs?.local], [true, false])
  assert.equal(theirs?.record.id, ours?.record.id)
  await until(() => theirs?.metrics.some(({ n }) => n > 0) === true, 'metrics')

  const { sessions } = second.services
  assert.equal((await sessions.pause('TFD')).record.state, 'PAUSED')
  assert.equal(state(first), 'PAUSED')
  await assert.rejects(sessions.pause('TFD'), { code: 'SESSION_CONFLICT' })
  assert.equal((await sessions.resume('TFD')).record.state, 'RUNNING')
  assert.equal((await sessions.stop('TFD')).record.state, 'FINISHED')
  assert.equal(state(first), 'FINISHED')
  const started = await sessions.start('TFD', { from: 'LAST_CHECKPOINT' })
  assert.equal(started.local, true)
  assert.equal(started.record.origin, ours?.record.id)
  await until(() => state(first) === 'RUNNING', 'the first to see the new session')
  await assert.rejects(first.services.sessions.start('TFD', { from: 'EARLIEST' }), {
    code: 'SESSION_CONFLICT',
  })
})

test('what is asked of one process after another counts with what the first answered', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await using third = await d.join('third')
  for (const { services } of [first, second, third]) await services.sessions.restore()
  await until(() => state(third) === 'RUNNING', 'the session')
  third.setDelay(50)
  for (let round = 0; round < 3; round++) {
    assert.equal((await second.services.sessions.pause('TFD')).record.state, 'PAUSED')
    assert.equal((await third.services.sessions.resume('TFD')).record.state, 'RUNNING')
  }
})

test('a process that does not run the session answers predict from the shared model', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await append(d.log, items)
  await until(() => sequence(first) === eventsIn(items), 'all events')
  await first.services.sessions.pause('TFD')
  const event = JSON.parse(new TextDecoder().decode(items[0]?.record.value)) as Record<string, unknown>
  const live = await first.services.preview(useCase, event, 'x')
  await first.services.sessions.stop('TFD')
  const shared = await second.services.preview(useCase, event, 'x')
  assert.equal(shared.record.score, live.record.score)
  assert.equal(shared.record.modelVersion, live.record.modelVersion)
})

test('a process that is put down hands its session over at once', async () => {
  await using d = await deployment()
  const first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await second.services.sessions.restore()
  await append(d.log, items.slice(0, 450))
  await until(() => sequence(first) === eventsIn(items.slice(0, 450)), 'the first half')
  const id = first.services.sessions.current('TFD')?.record.id
  await first[Symbol.asyncDispose]()
  await append(d.log, items.slice(450))
  await until(() => sequence(second) === eventsIn(items), 'the second half')
  const record = second.services.sessions.current('TFD')?.record
  assert.equal(record?.id, id)
  assert.equal(record?.recoveries, 0)
  await assertOnce(d.log, eventsIn(items))
})

test('a session whose owner falls silent is taken over, and what its owner still does is refused', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await second.services.sessions.restore()
  await append(d.log, items.slice(0, 450))
  await until(() => sequence(first) === eventsIn(items.slice(0, 450)), 'the first half')
  first.freeze()
  first.cutOff()
  await append(d.log, items.slice(450))
  await until(() => sequence(second) === eventsIn(items), 'the other to take over')
  first.thaw()
  await until(() => first.services.sessions.current('TFD')?.local === false, 'the first to let go')
  const record = second.services.sessions.current('TFD')?.record
  assert.equal(record?.owner, 'second')
  assert.equal(record?.recoveries, 1)
  assert.equal(first.services.sessions.current('TFD')?.record.owner, 'second')
  await assertOnce(d.log, eventsIn(items))
  assert.ok(first.notices.some(text => text.includes('another process runs the session now')))
})

test('an owner whom the cache forgot takes its lease again before others do', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await second.services.sessions.restore()
  await until(() => state(first) === 'RUNNING', 'the session to run')
  for (let i = 0; i < 5; i++) {
    await first.services.cache.releaseLease('session/TFD', 'first')
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  assert.equal(first.services.sessions.current('TFD')?.local, true)
  assert.equal(first.services.sessions.current('TFD')?.record.recoveries, 0)
})
