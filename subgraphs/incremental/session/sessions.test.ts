import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupsOf } from '#use-cases/topics.ts'
import { decodeCheckpoint } from './checkpoint.ts'
import { createFileCheckpointStore } from './file-checkpoint-store.ts'
import { createEngine } from './engine.ts'
import { parseOrderRecord } from './order-record.ts'
import { EVENT } from './packed-items.ts'
import { generateItems } from './test-items.ts'
import { append, platform, predictions, sequence, state, topics, until, useCase } from './test-platform.ts'

test('a terminated worker loses nothing, publishes nothing twice, and ends in the state of an uninterrupted run', async () => {
  await using p = await platform()
  const items = generateItems({ useCase, mode: 'realistic', count: 1200, seed: 'terminate' })
  const events = items.filter(({ kind }) => kind === EVENT).length
  const incremental = await p.open()
  const { sessions } = incremental.services
  await sessions.restore()
  for (let i = 0; i < 4; i++) {
    await append(p.log, items.slice(i * 300, (i + 1) * 300))
    await until(() => state(incremental) === 'RUNNING', 'the session to run')
    await sessions.runner('TFD')?.terminate()
    await until(() => state(incremental) !== 'RUNNING', 'the loss to be noticed')
  }
  await until(() => sequence(incremental) === events, 'every event to be predicted')
  assert.equal(sessions.current('TFD')?.record.recoveries, 4)

  const published = await predictions(p.log)
  assert.deepEqual(
    published.map(({ seq }) => seq),
    published.map((_, i) => i),
  )
  assert.equal(new Set(published.map(({ partition, offset }) => `${partition}/${offset}`)).size, events)

  await sessions.stop('TFD')
  const record = sessions.current('TFD')?.record
  assert.equal(record?.state, 'FINISHED')
  const stored = await createFileCheckpointStore({
    directory: p.checkpointsDir,
    onDamaged: assert.fail,
  }).latest(record.id)
  assert.ok(stored)
  const fresh = createEngine({
    useCase,
    session: record.id,
    learner: record.learner,
    params: record.parameters,
    seed: record.seed,
    source: record.source,
    labels: record.labels,
  })
  const at = [...record.labels]
  const labels: Uint8Array[][] = [[], [], []]
  for await (const { records } of p.log.read(topics.labels, { from: 'earliest' })) {
    for (const label of records) labels[label.partition]?.push(label.value)
  }
  for await (const { records } of p.log.read(topics.predictions, { from: 'earliest' })) {
    for (const { value } of records) {
      const order = parseOrderRecord(value)
      order.labels.forEach((end, partition) => {
        for (let offset = at[partition] as number; offset < end; offset++) {
          fresh.replayLabel(partition, offset, labels[partition]?.[offset] as Uint8Array)
        }
        at[partition] = end
      })
      fresh.replay(order)
    }
  }
  assert.deepEqual(new Uint8Array(fresh.save()), new Uint8Array(stored.payload))
  await incremental[Symbol.asyncDispose]()
})

test('a poison record in the topic goes to the dead letters once, also across a crash, and learning continues', async () => {
  await using p = await platform()
  const items = generateItems({ useCase, mode: 'parity', count: 60, seed: 'poison' })
  await using incremental = await p.open()
  const { sessions } = incremental.services
  await sessions.restore()
  await append(p.log, items.slice(0, 30))
  await p.log.append(topics.events, [{ value: '{"transaction_id": 1}' }], { partition: 0 })
  await p.log.append(topics.events, [{ value: 'not json at all' }], { partition: 1 })
  await until(() => sessions.current('TFD')?.progress?.rejected === 2, 'the rejections')
  await sessions.runner('TFD')?.terminate()
  await append(p.log, items.slice(30))
  await until(() => sequence(incremental) === 60, 'all events')
  const letters: { partition: number; offset: number; message: string; text: string }[] = []
  for await (const { records } of p.log.read(topics.deadLetters, { from: 'earliest' })) {
    for (const { value } of records) letters.push(JSON.parse(new TextDecoder().decode(value)))
  }
  assert.equal(letters.length, 2)
  assert.match(letters[0]?.message ?? '', /transaction_id/)
  assert.equal(letters.find(({ partition }) => partition === 1)?.text, 'not json at all')
})

test('a session that was put down in order continues under the same id, without a recovery', async () => {
  await using p = await platform()
  const items = generateItems({ useCase, mode: 'realistic', count: 200, seed: 'restart' })
  const first = await p.open()
  await first.services.sessions.restore()
  await append(p.log, items.slice(0, 100))
  const half = items.slice(0, 100).filter(({ kind }) => kind === EVENT).length
  await until(() => sequence(first) === half, 'the first half')
  const id = first.services.sessions.current('TFD')?.record.id
  await first[Symbol.asyncDispose]()

  await using second = await p.open()
  await second.services.sessions.restore()
  await append(p.log, items.slice(100))
  await until(() => sequence(second) === items.filter(({ kind }) => kind === EVENT).length, 'the second half')
  const record = second.services.sessions.current('TFD')?.record
  assert.equal(record?.id, id)
  assert.equal(record?.recoveries, 0)
})

test('pause reads nothing, resume goes on, stop takes a checkpoint, a new session continues from it', async () => {
  await using p = await platform()
  const items = generateItems({ useCase, mode: 'parity', count: 90, seed: 'pause' })
  await using incremental = await p.open()
  const { sessions, preview } = incremental.services
  await sessions.restore()
  await append(p.log, items.slice(0, 30))
  await until(() => sequence(incremental) === 30, 'the first events')
  await sessions.pause('TFD')
  await append(p.log, items.slice(30, 60))
  await new Promise(resolve => setTimeout(resolve, 100))
  assert.equal(sequence(incremental), 30)
  await assert.rejects(sessions.pause('TFD'), { code: 'SESSION_CONFLICT' })
  await sessions.resume('TFD')
  await until(() => sequence(incremental) === 60, 'the events of the pause')
  await assert.rejects(sessions.start('TFD', { from: 'LAST_CHECKPOINT' }), { code: 'SESSION_CONFLICT' })

  const { record: stopped } = await sessions.stop('TFD')
  assert.equal(stopped.state, 'FINISHED')
  await assert.rejects(sessions.stop('TFD'), { code: 'SESSION_CONFLICT' })
  const event = JSON.parse(new TextDecoder().decode(items[80]?.record.value)) as Record<string, unknown>
  const idle = await preview(useCase, event, 'x')
  assert.equal(idle.record.modelVersion, 60)

  const { record: next } = await sessions.start('TFD', { from: 'LAST_CHECKPOINT' })
  assert.equal(next.origin, stopped.id)
  await append(p.log, items.slice(60))
  await until(() => sequence(incremental) === 90, 'the new session')
  assert.equal(sessions.current('TFD')?.progress?.labelled, 90)
  const live = await preview(useCase, event, 'x')
  assert.equal(live.record.modelVersion, 90)
  assert.deepEqual(
    sessions.list('TFD').map(({ record }) => record.id),
    [next.id, stopped.id],
  )
})

test('a damaged checkpoint is passed over and the one before it is taken', async () => {
  await using p = await platform()
  const store = createFileCheckpointStore({
    directory: p.checkpointsDir,
    onDamaged: file => p.notices.push(file),
  })
  const { encodeCheckpoint } = await import('./checkpoint.ts')
  const header = {
    useCase: 'TFD',
    session: 's',
    learner: 'x',
    source: [0],
    labels: [0],
    orderPartition: 0,
    orderOffset: 0,
  }
  for (const sequence of [1, 2]) {
    await store.save(
      's',
      sequence,
      sequence,
      encodeCheckpoint({ ...header, sequence, at: sequence }, new ArrayBuffer(8)).bytes,
    )
  }
  await store.save('s', 3, 3, new TextEncoder().encode('torn'))
  assert.equal((await store.latest('s'))?.header.sequence, 2)
  assert.equal(p.notices.length, 1)
  assert.throws(() => decodeCheckpoint(new Uint8Array(10)), { code: 'CHECKPOINT_CORRUPT' })
})

test('what a request answers is how its own change left the session, whatever the next one does', async () => {
  await using p = await platform()
  const incremental = await p.open()
  const { sessions } = incremental.services
  await sessions.restore()
  await until(() => state(incremental) === 'RUNNING', 'the session to run')
  const answers = await Promise.all([
    sessions.pause('TFD'),
    sessions.resume('TFD'),
    sessions.stop('TFD'),
    sessions.start('TFD', { from: 'LATEST', seed: undefined }),
    sessions.stop('TFD'),
  ])
  assert.deepEqual(
    answers.map(({ record }) => record.state),
    ['PAUSED', 'RUNNING', 'FINISHED', 'STARTING', 'FINISHED'],
  )
  await incremental[Symbol.asyncDispose]()
})

test('a session that was killed before it committed tells its lag once it has recovered, also if nothing new comes', async () => {
  await using p = await platform()
  const items = generateItems({ useCase, mode: 'parity', count: 60, seed: 'commit' })
  const lag = async () => (await p.log.groups(topics.events))[0]?.totalLag
  {
    await using incremental = await p.open()
    await incremental.services.sessions.restore()
    await append(p.log, items)
    await until(() => sequence(incremental) === items.length, 'every event to be predicted')
  }
  // As if the process had ended between publishing and committing.
  await p.log.commit(topics.events, groupsOf(useCase).learners, [0, 0, 0])
  assert.equal(await lag(), items.length)
  await using incremental = await p.open()
  await incremental.services.sessions.restore()
  const deadline = Date.now() + 5000
  while ((await lag()) !== 0 && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 20))
  assert.equal(await lag(), 0)
})
