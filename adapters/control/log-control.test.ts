import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { EventLog } from '#ports/event-log.ts'
import { createMemoryEventLog } from '../event-log/memory.ts'
import { openControl } from './log-control.ts'

describe('control', () => {
  it('gives the newest value of a key, here and to whoever opens it later', async () => {
    await using log = createMemoryEventLog()
    await using control = await openControl(log)
    await control.put('a/1', { n: 1 })
    await control.put('a/1', { n: 2 })
    await control.put('b', { n: 3 })
    assert.deepEqual(control.get('a/1'), { n: 2 })
    await using other = await openControl(log)
    assert.deepEqual(other.entries('a/'), [['a/1', { n: 2 }]])
  })

  it('sees and tells what another writes, once', async () => {
    await using log = createMemoryEventLog()
    await using ours = await openControl(log)
    await using theirs = await openControl(log)
    const heard: unknown[] = []
    using _ = ours.onChange('a/', (key, value) => heard.push([key, value]))
    await theirs.put('a/1', 1)
    await theirs.put('b', 2)
    await theirs.delete('a/1')
    await ours.settle()
    await ours.put('a/2', 3)
    await ours.settle()
    assert.deepEqual(heard, [
      ['a/1', 1],
      ['a/1', undefined],
      ['a/2', 3],
    ])
    assert.deepEqual(ours.entries(''), [
      ['b', 2],
      ['a/2', 3],
    ])
  })

  it('keeps the later of two writes whose order the writers do not know', async () => {
    await using log = createMemoryEventLog()
    await using ours = await openControl(log)
    await using theirs = await openControl(log)
    await Promise.all([ours.put('k', 'ours'), theirs.put('k', 'theirs'), ours.put('k', 'ours again')])
    await Promise.all([ours.settle(), theirs.settle()])
    assert.equal(ours.get('k'), theirs.get('k'))
  })

  it('passes over a value that is not JSON and a listener that fails', async t => {
    t.mock.method(process, 'emitWarning', () => {})
    await using log = createMemoryEventLog()
    await using control = await openControl(log)
    const heard: string[] = []
    using _failing = control.onChange('', () => {
      throw new Error('A fault of the listener.')
    })
    using _ = control.onChange('', key => heard.push(key))
    await log.append('platform.control', [{ key: 'a', value: '{"torn' }])
    await log.append('platform.control', [{ key: 'b', value: '1' }])
    await control.settle()
    assert.deepEqual(heard, ['b'])
    await using later = await openControl(log)
    assert.deepEqual(later.entries(''), [['b', 1]])
  })

  it('goes on hearing what others write after the log could not be followed', async t => {
    t.mock.method(process, 'emitWarning', () => {})
    await using log = createMemoryEventLog()
    let refusals = 1
    const refusing: EventLog = {
      ...log,
      async *follow(...given) {
        if (refusals-- > 0) throw Object.assign(new Error('Denied.'), { code: 'ENGINE_ACCESS_DENIED' })
        yield* log.follow(...given)
      },
    }
    await using control = await openControl(refusing)
    await using other = await openControl(log)
    const heard = Promise.withResolvers<string>()
    using _ = control.onChange('', key => heard.resolve(key))
    await other.put('a', 1)
    assert.equal(await heard.promise, 'a')
  })
})
