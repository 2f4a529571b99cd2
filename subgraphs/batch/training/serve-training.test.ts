import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { tfd } from '#use-cases/tfd.ts'
import type { FromTraining } from '../jobs/training-protocol.ts'
import { RUN_FILES } from './run-files.ts'
import { readSpec } from './read-spec.ts'
import { serveTraining } from './serve-training.ts'
import { generated, openTestLake, type TestLake } from './test-lake.ts'

describe('the side of the process that trains', { concurrency: false }, () => {
  let store: TestLake
  before(async () => {
    store = await openTestLake()
    await store.addEvents(tfd, generated(tfd, { count: 800, seed: 1 }).events)
  })
  after(() => store[Symbol.asyncDispose]())

  async function serve({
    iterations = 3,
    onSaid = (() => {}) as (message: FromTraining, channel: EventEmitter) => void,
    lake = store.lake,
  } = {}) {
    const said: FromTraining[] = []
    const channel = Object.assign(new EventEmitter(), {
      send(message: FromTraining, sent: (error: Error | null) => void) {
        said.push(message)
        onSaid(message, channel)
        sent(null)
      },
    })
    let closed = false
    await serveTraining({
      channel,
      spec: readSpec({ useCase: tfd, input: { parameters: { iterations } } }),
      useCase: tfd,
      software: 'test/1',
      threads: 1,
      openLake: async () => ({ lake, [Symbol.asyncDispose]: async () => void (closed = true) }),
    })
    assert.ok(closed)
    return said
  }

  it('says how far it is, then gives its files one by one and the result, and closes the lake', async () => {
    const said = await serve()
    const types = said.map(({ type }) => type)
    const first = types.indexOf('file')
    assert.ok(first > 0 && types.slice(0, first).every(type => type === 'update'))
    assert.ok(types.slice(first, -1).every(type => type === 'file'))
    const paths = said.flatMap(message => (message.type === 'file' ? [message.path] : []))
    assert.ok(paths.includes(RUN_FILES.model) && paths.includes(RUN_FILES.test))
    const last = said.at(-1)
    assert.ok(last?.type === 'result' && last.result.manifest.software === 'test/1')
    // What goes over a channel of advanced serialization arrives as it is.
    assert.deepEqual(structuredClone(last.result).manifest, last.result.manifest)
  })

  it('ends as STOPPED when it is cancelled, or when the other process is gone', async () => {
    for (const event of ['cancel', 'disconnect']) {
      const said = await serve({
        iterations: 1000,
        onSaid(message, channel) {
          if (message.type !== 'update' || message.update.state !== 'TRAINING') return
          if (event === 'cancel') channel.emit('message', { type: 'cancel' })
          else channel.emit('disconnect')
        },
      })
      const last = said.at(-1)
      assert.ok(last?.type === 'failed' && last.code === 'STOPPED', last?.type)
    }
  })

  it('tells what it failed of by its code', async () => {
    const said = await serve({ lake: { ...store.lake, open: async () => null } })
    const last = said.at(-1)
    assert.ok(last?.type === 'failed' && last.code === 'TRAINING_DATA_MISSING', JSON.stringify(last))
  })
})
