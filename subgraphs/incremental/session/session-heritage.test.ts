import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { EventLog, RecordBatch } from '#ports/event-log.ts'
import { EVENT } from './packed-items.ts'
import { generateItems } from './test-items.ts'
import { append, platform, predictions, sequence, state, topics, until, useCase } from './test-platform.ts'

const items = generateItems({ useCase, mode: 'realistic', count: 600, seed: 'heritage' })
const eventsIn = (part: typeof items) => part.filter(({ kind }) => kind === EVENT).length

/** A log whose writers refuse to open, for a reason that no restart mends, while `broken` holds. */
function breaking() {
  const fault = { broken: false }
  const wrap = (log: EventLog): EventLog => ({
    ...log,
    openWriter: id =>
      fault.broken
        ? Promise.reject(Object.assign(new Error('Torn.'), { code: 'CHECKPOINT_CORRUPT' }))
        : log.openWriter(id),
  })
  return { fault, wrap }
}

test('a session that begins with the checkpoint of one that failed predicts nothing again', async () => {
  const { fault, wrap } = breaking()
  await using p = await platform(wrap)
  await using incremental = await p.open()
  const { sessions } = incremental.services
  const fail = async () => {
    fault.broken = true
    await sessions.runner('TFD')?.terminate()
    await until(
      () => state(incremental) === 'FAILED' && !sessions.current('TFD')?.local,
      'the session to fail',
    )
    fault.broken = false
  }
  await sessions.restore()
  await append(p.log, items.slice(0, 100))
  await until(() => sequence(incremental) === eventsIn(items.slice(0, 100)), 'the first part')
  await sessions.stop('TFD')
  await sessions.start('TFD', { from: 'LAST_CHECKPOINT' })
  // Far fewer than are due for a checkpoint.
  await append(p.log, items.slice(100, 250))
  await until(() => sequence(incremental) === eventsIn(items.slice(0, 250)), 'the second part')
  // Nothing that is published after it tells that it was read.
  await p.log.append(topics.events, [{ value: 'no event at all' }], { partition: 1 })
  await until(() => sessions.current('TFD')?.progress?.rejected === 1, 'the rejection')
  await fail()

  // One that fails again before its own first checkpoint leaves what both have published.
  await sessions.start('TFD', { from: 'LAST_CHECKPOINT' })
  await append(p.log, items.slice(250, 400))
  await until(() => sequence(incremental) === eventsIn(items.slice(0, 400)), 'the third part')
  const third = sessions.current('TFD')?.record
  assert.equal(third?.heritage?.length, 1)
  await sessions.runner('TFD')?.terminate()
  await until(
    () => third !== sessions.current('TFD')?.record && state(incremental) === 'RUNNING',
    'a recovery',
  )
  await fail()

  await sessions.start('TFD', { from: 'LAST_CHECKPOINT' })
  await append(p.log, items.slice(400))
  await until(() => sequence(incremental) === eventsIn(items), 'the last part')
  assert.equal(sessions.current('TFD')?.record.heritage?.length, 2)
  assert.equal(sessions.current('TFD')?.progress?.rejected, 1)
  const published = await predictions(p.log)
  assert.equal(
    new Set(published.map(({ partition, offset }) => `${partition}/${offset}`)).size,
    published.length,
  )
  assert.deepEqual(
    published.map(({ seq }) => seq).sort((a, b) => a - b),
    published.map((_, i) => i),
  )
  const letters = (await p.log.topics([topics.deadLetters]))[0]?.partitions ?? []
  assert.equal(
    letters.reduce((sum, { end }) => sum + end, 0),
    1,
  )
})

/** A log in which retention has taken a part of the order log. */
function shortened() {
  const taken = { before: 0 }
  const wrap = (log: EventLog): EventLog => ({
    ...log,
    async *read(topic, options): AsyncGenerator<RecordBatch> {
      let told = topic !== topics.predictions || taken.before === 0
      for await (const { records } of log.read(topic, options)) {
        const partition = records[0]?.partition ?? 0
        const from = (options.from as number[])[partition] as number
        const gaps = told || from >= taken.before ? [] : [{ partition, from, to: taken.before }]
        told = true
        yield {
          records: topic === topics.predictions ? records.filter(r => r.offset >= taken.before) : records,
          gaps,
        }
      }
    },
  })
  return { taken, wrap }
}

for (const { title, left, message } of [
  { title: 'a part', left: 40, message: /\d+ predictions and what followed from them are not in the state/ },
  {
    title: 'all',
    left: 0,
    message: /what followed from them is not in the state, and may be predicted again/,
  },
]) {
  test(`a session says so when retention took ${title} of what it had to read again`, async () => {
    const { taken, wrap } = shortened()
    await using p = await platform(wrap)
    const first = await p.open()
    await first.services.sessions.restore()
    await append(p.log, items.slice(0, 300))
    const count = eventsIn(items.slice(0, 300))
    await until(() => sequence(first) === count, 'the events')
    const { record } = first.services.sessions.current('TFD') ?? assert.fail()
    await first[Symbol.asyncDispose]()
    await rm(join(p.checkpointsDir, record.id), { recursive: true })
    const [info] = await p.log.topics([topics.predictions])
    taken.before = (info?.partitions[record.orderPartition]?.end ?? 0) - left

    await using second = await p.open()
    await second.services.sessions.restore()
    await until(() => state(second) === 'RUNNING', 'the session to run')
    assert.match(second.services.sessions.current('TFD')?.record.reason ?? '', message)
    assert.ok(p.notices.some(text => message.test(text)))
    // No sequence number is given twice.
    taken.before = 0
    await append(p.log, items.slice(300))
    await until(() => sequence(second) >= count + eventsIn(items.slice(300)), 'the rest')
    const numbers = (await predictions(p.log)).map(({ seq }) => seq)
    assert.equal(new Set(numbers).size, numbers.length)
  })
}

test('a stop whose first step cannot be written still stops', async () => {
  let refusals = 0
  await using p = await platform(log => ({
    ...log,
    append(topic, records, options) {
      if (topic !== 'platform.control' || refusals === 0) return log.append(topic, records, options)
      refusals--
      return Promise.reject(Object.assign(new Error('No space left.'), { code: 'LOG_WRITE_FAILED' }))
    },
  }))
  await using incremental = await p.open()
  const { sessions } = incremental.services
  await sessions.restore()
  await until(() => state(incremental) === 'RUNNING', 'the session to run')
  refusals = 1
  assert.equal((await sessions.stop('TFD')).record.state, 'FINISHED')
})
