import assert from 'node:assert/strict'
import { mock } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogRecord } from '../event-log.ts'
import { type Bench, collect, createTopic, numbered, settle, until, values } from './bench.ts'

const places = (records: readonly LogRecord[], partition: number): number[] =>
  records.filter(record => record.partition === partition).map(({ offset }) => offset)
const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i)

export const followSpecifications = ({ specification }: Bench): void => {
  specification(
    'follow gives the past and then what arrives, nothing lost or doubled at the seam',
    async log => {
      const topic = await createTopic(log, { partitions: 2 })
      const abort = new AbortController()
      const append = async (partition: number) => {
        for (let i = 0; i < 60; i++) {
          await log.append(topic, numbered(5, i * 5), { partition })
          if (i % 10 === 0) await sleep(1)
        }
      }
      const producing = Promise.all([append(0), append(1)])
      const followers = range(5).map(() =>
        collect(log.follow(topic, { from: 'earliest', signal: abort.signal, maxRecords: 17 })),
      )
      await sleep(5)
      followers.push(collect(log.follow(topic, { from: 'earliest', signal: abort.signal })))
      await producing
      await until('all followers', () => followers.every(({ records }) => records.length >= 600))
      await settle()
      abort.abort()
      for (const { records, gaps, done } of followers) {
        await done
        assert.deepEqual(gaps, [])
        for (const partition of [0, 1]) assert.deepEqual(places(records, partition), range(300))
      }
    },
  )

  specification(
    'follow starts at the latest offset or at given ones, on the partitions asked for',
    async log => {
      const topic = await createTopic(log, { partitions: 2 })
      for (const partition of [0, 1]) await log.append(topic, numbered(10), { partition })
      const abort = new AbortController()
      const { signal } = abort
      const latest = collect(log.follow(topic, { from: 'latest', signal }))
      const given = collect(log.follow(topic, { from: [8, 12], signal }))
      const second = collect(log.follow(topic, { from: 'earliest', partitions: [1], signal }))
      await until('the past', () => given.records.length === 2 && second.records.length === 10)
      for (const partition of [0, 1]) await log.append(topic, numbered(5), { partition })
      await until(
        'the live records',
        () => latest.records.length === 10 && given.records.length === 10 && second.records.length === 15,
      )
      abort.abort()
      await Promise.all([latest.done, given.done, second.done])
      assert.deepEqual([places(latest.records, 0), places(latest.records, 1)], [range(5, 10), range(5, 10)])
      assert.deepEqual([places(given.records, 0), places(given.records, 1)], [range(7, 8), range(3, 12)])
      assert.deepEqual([places(second.records, 0), places(second.records, 1)], [[], range(15)])
    },
  )

  specification('an abort wakes a follower that waits, without an error', async log => {
    const topic = await createTopic(log)
    const abort = new AbortController()
    const follower = collect(log.follow(topic, { from: 'earliest', signal: abort.signal }))
    await settle()
    const asked = performance.now()
    abort.abort()
    await follower.done
    assert.ok(performance.now() - asked < 2000)
    assert.deepEqual(follower.records, [])
  })

  specification('leaving a follow loop ends it', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    await log.append(topic, numbered(10))
    let first: readonly LogRecord[] = []
    for await (const { records } of log.follow(topic, { from: 'earliest', maxRecords: 3 })) {
      first = records
      break
    }
    assert.deepEqual(values(first), ['0', '1', '2'])
  })

  specification('a follower that stops reading delays neither appends nor other readers', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const abort = new AbortController()
    const stuck = log.follow(topic, { from: 'earliest', signal: abort.signal })[Symbol.asyncIterator]()
    await log.append(topic, numbered(1))
    await stuck.next()
    const live = collect(log.follow(topic, { from: 'earliest', signal: abort.signal }))
    for (let i = 1; i < 50; i++) await log.append(topic, numbered(1, i))
    await until('the other follower', () => live.records.length === 50)
    const { value } = await stuck.next()
    assert.equal(values(value.records)[0], '1')
    abort.abort()
    await live.done
    assert.equal((await stuck.next()).done, true)
  })

  specification('tail gives live records only, in order, to every listener', async log => {
    const topic = await createTopic(log, { partitions: 2 })
    await log.append(topic, numbered(10), { partition: 0 })
    const heard: LogRecord[][] = [[], [], []]
    const tails = await Promise.all(heard.map(own => log.tail(topic, records => own.push(...records))))
    for (let i = 0; i < 20; i++) await log.append(topic, numbered(3), { partition: i % 2 })
    await until('all listeners', () => heard.every(({ length }) => length === 60))
    for (const own of heard) {
      assert.deepEqual(places(own, 0), range(30, 10))
      assert.deepEqual(places(own, 1), range(30))
    }
    for (const tail of tails) tail[Symbol.dispose]()
  })

  specification(
    'a listener that throws, fails or never ends harms no other listener and no append',
    async log => {
      const topic = await createTopic(log, { partitions: 1 })
      const warning = mock.method(process, 'emitWarning', () => {})
      const heard: LogRecord[] = []
      using _throws = await log.tail(topic, () => {
        throw new Error('Listener failed on purpose.')
      })
      using _stuck = await log.tail(topic, async () => {
        await new Promise(() => {})
      })
      using _rejects = await log.tail(topic, async () => {
        throw new Error('Listener rejected on purpose.')
      })
      using _fine = await log.tail(topic, records => heard.push(...records))
      for (let i = 0; i < 10; i++) await log.append(topic, numbered(1))
      await until('the listener that works', () => heard.length === 10)
      await settle()
      warning.mock.restore()
      const warned = warning.mock.calls.map(({ arguments: [said] }) =>
        said instanceof Error ? said.message : said,
      )
      assert.deepEqual(warned, ['Listener failed on purpose.', 'Listener rejected on purpose.'])
    },
  )

  specification('a tail hears nothing once disposed of', async log => {
    const topic = await createTopic(log, { partitions: 1 })
    const gone: LogRecord[] = []
    const kept: LogRecord[] = []
    const tail = await log.tail(topic, records => gone.push(...records))
    using _kept = await log.tail(topic, records => kept.push(...records))
    await log.append(topic, numbered(1))
    await until('both', () => gone.length === 1 && kept.length === 1)
    tail[Symbol.dispose]()
    await log.append(topic, numbered(1))
    await until('the one that stays', () => kept.length === 2)
    await settle()
    assert.equal(gone.length, 1)
  })
}
