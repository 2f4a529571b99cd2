import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EVENT } from './packed-items.ts'
import type { SessionRecord } from './session-record.ts'
import { deployment, type Member } from './test-deployment.ts'
import { generateItems } from './test-items.ts'
import { append, predictions, sequence, state, until, useCase } from './test-platform.ts'

const items = generateItems({ useCase, mode: 'realistic', count: 600, seed: 'outage' })
const eventsIn = (part: typeof items) => part.filter(({ kind }) => kind === EVENT).length
const current = ({ services }: Member) => services.sessions.current('TFD')?.record

test('a start that fails while the log is away leaves the lease to others', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await until(() => state(first) === 'RUNNING', 'the session to run')
  await first.services.sessions.stop('TFD')
  await until(() => state(second) === 'FINISHED', 'the end to be known')
  for (const state of ['down', 'read-only'] as const) {
    second.setLog(state)
    await assert.rejects(second.services.sessions.start('TFD', { from: 'LAST_CHECKPOINT' }), {
      code: 'ENGINE_UNREACHABLE',
    })
  }
  second.setLog('up')
  assert.equal((await first.services.sessions.start('TFD', { from: 'LATEST' })).local, true)
})

test('what a former owner still does and writes of a session counts nowhere', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await second.services.sessions.restore()
  await append(d.log, items.slice(0, 300))
  await until(() => sequence(first) === eventsIn(items.slice(0, 300)), 'the first half')
  first.freeze()
  first.cutOff()
  await append(d.log, items.slice(300))
  await until(() => sequence(second) === eventsIn(items), 'the other to take over')
  const old = current(first) as SessionRecord
  const ownerIn = ({ control }: Member) => control.get<SessionRecord>(`session/${old.id}`)?.owner
  // A person asks the frozen process, which still believes that the session is its own.
  const stopped = assert.rejects(first.services.sessions.stop('TFD'), { code: 'SESSION_CONFLICT' })
  await until(() => ownerIn(second) === 'second', 'the record to be mended')
  first.thaw()
  await stopped
  await using third = await d.join('third')
  const seen: (string | null)[] = []
  for (const { services } of [first, third])
    services.sessions.events.on('state', ({ record }) => seen.push(record.owner))
  // As it might write much later, when it wakes up between its last look and its write.
  await first.control.put(`session/${old.id}`, { ...old, state: 'FAILED', owner: null })
  await until(() => ownerIn(first) === 'second', 'the record to be mended')
  await using fourth = await d.join('fourth')
  for (const member of [first, second, third, fourth]) {
    await member.control.settle()
    assert.deepEqual([state(member), current(member)?.owner], ['RUNNING', 'second'])
  }
  assert.ok(seen.every(owner => owner === 'second'))
})

test('a process whose log says nothing more ends all the same, and another continues', async () => {
  await using d = await deployment()
  const first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await second.services.sessions.restore()
  await append(d.log, items.slice(0, 300))
  await until(() => sequence(first) === eventsIn(items.slice(0, 300)), 'the first half')
  first.setLog('silent')
  await append(d.log, items.slice(300))
  const begun = performance.now()
  await first[Symbol.asyncDispose]()
  assert.ok(performance.now() - begun < 5000, 'The end took too long.')
  await until(() => sequence(second) === eventsIn(items), 'the other to go on')
  assert.equal((await predictions(d.log)).length, eventsIn(items))
})

test('what is asked of a session whose process is gone is done by the one that takes it over', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await second.services.sessions.restore()
  await until(() => state(second) === 'RUNNING', 'the session to run')
  first.setLog('silent')
  first.cutOff()
  const { record, local } = await second.services.sessions.pause('TFD')
  assert.deepEqual([record.state, local], ['PAUSED', true])
})

test('figures of a session that moved or was paused never go back', async () => {
  await using d = await deployment()
  const first = await d.join('first')
  await using second = await d.join('second')
  await using third = await d.join('third')
  await first.services.sessions.restore()
  await append(d.log, items.slice(0, 300))
  await until(() => sequence(first) === eventsIn(items.slice(0, 300)), 'the first half')
  await second.services.sessions.restore()
  await first[Symbol.asyncDispose]()
  await append(d.log, items.slice(300))
  await until(() => sequence(third) === eventsIn(items), 'the figures to reach the third')
  await second.services.sessions.pause('TFD')
  await until(() => state(third) === 'PAUSED', 'the pause to be known')
  assert.equal(sequence(third), eventsIn(items))
})

test('an end that cannot be written for a while is written later', async () => {
  await using d = await deployment()
  await using first = await d.join('first')
  await using second = await d.join('second')
  await first.services.sessions.restore()
  await until(() => state(second) === 'RUNNING', 'the session to run')
  const stopping = first.services.sessions.stop('TFD')
  first.setLog('down')
  await new Promise(resolve => setTimeout(resolve, 100))
  first.setLog('up')
  assert.equal((await stopping).record.state, 'FINISHED')
  await until(() => state(second) === 'FINISHED', 'the end to be known')
})
