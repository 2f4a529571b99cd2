import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import type { EventLog } from '#ports/event-log.ts'
import { parseOutcomeRecord } from './outcome-record.ts'
import { EVENT } from './packed-items.ts'
import { generateItems } from './test-items.ts'
import { append, platform, predictions, sequence, state, topics, until, useCase } from './test-platform.ts'

/** A log that refuses the next appends to the control topic. */
function refusing() {
  const faults = { left: 0 }
  const wrap = (log: EventLog): EventLog => ({
    ...log,
    append(topic, records, options) {
      if (topic !== 'platform.control' || faults.left === 0) return log.append(topic, records, options)
      faults.left--
      return Promise.reject(Object.assign(new Error('No space left.'), { code: 'LOG_WRITE_FAILED' }))
    },
  })
  return { faults, wrap }
}

test('a session whose state cannot be written while it recovers tries again', async () => {
  const { faults, wrap } = refusing()
  await using p = await platform(wrap)
  await using incremental = await p.open()
  const { sessions } = incremental.services
  await sessions.restore()
  await until(() => state(incremental) === 'RUNNING', 'the session to run')
  faults.left = 2
  await sessions.runner('TFD')?.terminate()
  await until(() => faults.left === 0 && state(incremental) === 'RUNNING', 'the session to run again')
  await append(p.log, generateItems({ useCase, mode: 'parity', count: 10, seed: 'again' }))
  await until(() => sequence(incremental) === 10, 'predictions')
})

test('a session that could not be started leaves the way free for the next attempt', async () => {
  const { faults, wrap } = refusing()
  await using p = await platform(wrap)
  await using incremental = await p.open()
  const { sessions } = incremental.services
  await sessions.restore()
  await until(() => state(incremental) === 'RUNNING', 'the session to run')
  await sessions.stop('TFD')
  faults.left = 1
  await assert.rejects(sessions.start('TFD', { from: 'LATEST' }), { code: 'LOG_WRITE_FAILED' })
  assert.equal(state(incremental), 'FAILED')
  await sessions.start('TFD', { from: 'LATEST' })
  await until(() => state(incremental) === 'RUNNING', 'the session to run')
})

test('a worker lost while it is asked for a checkpoint harms nothing but its session', async t => {
  await using p = await platform()
  await using incremental = await p.open()
  const { sessions } = incremental.services
  await sessions.restore()
  await until(() => state(incremental) === 'RUNNING', 'the session to run')
  const post = Worker.prototype.postMessage
  let terminated = 0
  t.mock.method(Worker.prototype, 'postMessage', function (this: Worker, ...given: Parameters<typeof post>) {
    post.apply(this, given)
    if ((given[0] as { call: string }).call !== 'checkpoint' || terminated > 0) return
    terminated++
    void this.terminate()
  })
  const items = generateItems({ useCase, mode: 'parity', count: 10_500, seed: 'checkpoint' })
  await append(p.log, items)
  await until(() => terminated === 1, 'the checkpoint')
  await until(() => sequence(incremental) === items.length, 'every event to be predicted')
  assert.equal(sessions.current('TFD')?.record.recoveries, 1)
  assert.equal((await predictions(p.log)).length, items.length)
})

test('a platform that is closed while a session recovers loses no label', async () => {
  let duringReplay: (() => void) | null = null
  await using p = await platform(log => ({
    ...log,
    async *read(topic, options) {
      for await (const batch of log.read(topic, options)) {
        if (topic === topics.predictions && batch.records.length > 0) duringReplay?.()
        yield batch
      }
    },
  }))
  const items = generateItems({ useCase, mode: 'realistic', count: 2000, seed: 'closing' })
  const events = items.filter(({ kind }) => kind === EVENT).length
  const first = await p.open()
  const { sessions } = first.services
  await sessions.restore()
  await append(p.log, items)
  const finished = () => {
    const progress = sessions.current('TFD')?.progress
    return progress?.sequence === events && progress.labelled === items.length - events
  }
  await until(finished, 'every label')
  await first[Symbol.asyncDispose]()
  const folder = join(p.checkpointsDir, sessions.current('TFD')?.record.id ?? '')
  for (const name of await readdir(folder)) await rm(join(folder, name))

  const second = await p.open()
  let closing: Promise<void> | undefined
  duringReplay = () => (closing ??= Promise.resolve(second[Symbol.asyncDispose]()))
  await second.services.sessions.restore()
  await until(() => closing !== undefined, 'the replay to begin')
  duringReplay = null
  await closing

  await using third = await p.open()
  await third.services.sessions.restore()
  await until(() => state(third) === 'RUNNING', 'the session to run')
  assert.equal(third.services.sessions.current('TFD')?.progress?.labelled, items.length - events)
})

test('outcomes that a crash kept from being published follow at recovery, each once and in order', async () => {
  let crashes = 0
  await using p = await platform(log => ({
    ...log,
    async openWriter(id) {
      const writer = await log.openWriter(id)
      return {
        async append(batches) {
          const last = batches.at(-1)
          if (last?.topic !== topics.outcomes || crashes === 3) return writer.append(batches)
          crashes++
          // As an engine without transactions leaves it: the first batches only.
          await writer.append(batches.slice(0, -1))
          throw new Error('The process ended.')
        },
        [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
      }
    },
  }))
  await using incremental = await p.open()
  const { sessions } = incremental.services
  await sessions.restore()
  const items = generateItems({ useCase, mode: 'realistic', count: 900, seed: 'outcomes' })
  const events = items.filter(({ kind }) => kind === EVENT).length
  for (let start = 0; start < items.length; start += 300) {
    await append(p.log, items.slice(start, start + 300))
    await until(() => state(incremental) === 'RUNNING', 'the session to run')
  }
  const done = () => {
    const progress = sessions.current('TFD')?.progress
    return crashes === 3 && progress?.sequence === events && progress.labelled === items.length - events
  }
  await until(done, 'everything to be learned')
  let count = 0
  const seen = new Set<number>()
  for await (const { records } of p.log.read(topics.outcomes, { from: 'earliest' })) {
    for (const { value } of records) {
      const { from, rows } = parseOutcomeRecord(value)
      assert.equal(from, count)
      count += rows.length
      for (const [seq] of rows) seen.add(seq)
    }
  }
  assert.equal(count, items.length - events)
  assert.equal(seen.size, count)
  assert.equal((await predictions(p.log)).length, events)
})

test('a session that finds nothing new after a crash still tells that it has no lag', async () => {
  let committing = false
  await using p = await platform(log => ({
    ...log,
    commit: (...given) => (committing ? log.commit(...given) : Promise.reject(new Error('Too late.'))),
  }))
  await using incremental = await p.open()
  await incremental.services.sessions.restore()
  await append(p.log, generateItems({ useCase, mode: 'parity', count: 30, seed: 'lag' }))
  await until(() => sequence(incremental) === 30, 'all events')
  await incremental.services.sessions.runner('TFD')?.terminate()
  await until(() => state(incremental) === 'LOST', 'the loss to be noticed')
  committing = true
  for (let lag = -1; lag !== 0; ) {
    await new Promise(resolve => setTimeout(resolve, 20))
    lag = (await p.log.groups(topics.events))[0]?.totalLag ?? -1
  }
})
