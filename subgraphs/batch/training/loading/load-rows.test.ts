import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { tfd } from '#use-cases/tfd.ts'
import { parseTimestamp } from '#use-cases/timestamp.ts'
import { windowsInOrder } from '#use-cases/windows/windows-in-order.ts'
import { readSpec, type SpecInput } from '../read-spec.ts'
import { runTraining } from '../run-training.ts'
import { generated, openTestLake, type TestLake } from '../test-lake.ts'
import { loadRows } from './load-rows.ts'

const useCase: UseCase = tfd
const signal = new AbortController().signal

describe('rows to train with', { concurrency: false }, () => {
  let store: TestLake
  const stream = generated(useCase, { mode: 'realistic', count: 1500, seed: 5, rate: 1 })
  const timeOf = (event: JsonEvent) => parseTimestamp(event['timestamp'] as string)
  before(async () => {
    store = await openTestLake()
  })
  after(() => store[Symbol.asyncDispose]())

  const named = (name: string): UseCase => ({ ...useCase, id: name, topic: name.toLowerCase() })
  const load = (of: UseCase, input: SpecInput = {}) =>
    loadRows({ lake: store.lake, useCase: of, spec: readSpec({ useCase: of, input }), signal })
  const train = (of: UseCase) =>
    runTraining({
      spec: readSpec({ useCase: of, input: { parameters: { iterations: 3 } } }),
      useCase: of,
      lake: store.lake,
      software: 'test/1',
      threads: 1,
      signal,
      report: () => {},
    })
  const id = (n: number) => stream.events[n]?.['transaction_id'] as string
  const label = (n: number, value: number, version = 1, delayMs = 2000) => ({
    event_id: id(n),
    label: value,
    event_time: stream.events[n]?.['timestamp'] as string,
    label_time: new Date(timeOf(stream.events[n] as JsonEvent) + delayMs).toISOString(),
    version,
  })

  it('have the newest version of each label, whatever the order of their records', async () => {
    const of = named('VERSIONS')
    await store.addEvents(of, stream.events)
    await store.addLabels(of, [label(3, 0, 2), label(5, 1, 1)])
    await store.addLabels(of, [label(3, 1, 1), label(5, 0, 3), label(5, 1, 2), label(1200, 1)])
    await store.addLabels(of, [label(1499, 1, 1, 60_000)])
    const { labels, version, labelsVersion } = await load(of)
    assert.deepEqual([labels?.[3], labels?.[5], labels?.[1200]], [0, 0, 1])
    assert.ok(version > 0 && (labelsVersion as number) > 0)
  })

  it('count as negative without a label once mature, as far as labels are known; younger ones are left out, labelled or not', async () => {
    const of = named('MATURITY')
    await store.addEvents(of, stream.events)
    await store.addLabels(of, [label(10, 1), label(1000, 1, 1, 4000)])
    const { labels, eventTimes } = await load(of)
    const asOf = timeOf(stream.events[1000] as JsonEvent) + 4000
    const mature = stream.events.filter(event => timeOf(event) + 5000 <= asOf).length
    assert.equal(labels?.length, mature)
    assert.equal(
      labels?.reduce((sum, value) => sum + value, 0),
      1,
    )
    assert.deepEqual(eventTimes, eventTimes.toSorted())
  })

  it('are the same when no table of labels was there, although there is one now', async () => {
    const of = named('NONE')
    await store.addEvents(of, generated(useCase, { count: 300, seed: 8 }).events)
    const first = await load(of)
    assert.equal(first.labelsVersion, -1)
    await store.addLabels(of, [label(3, 1)])
    const again = await load(of, { version: first.version, labelsVersion: first.labelsVersion })
    assert.deepEqual(again.labels, first.labels)
    assert.equal(again.labelsVersion, -1)
  })

  it('take an event once that the log holds twice', async () => {
    const of = named('TWICE')
    const events = generated(useCase, { count: 300, seed: 6 }).events
    await store.addEvents(of, [...events, ...events.slice(100, 150)])
    assert.equal((await load(of)).data.rows, 300)
  })

  it('have the windows of entities as of just before each event, though only a part of the rows is taken', async () => {
    const of = named('WINDOWS')
    assert.ok(useCase.windows.length > 0)
    const events = stream.events.map(event => ({ ...event, is_fraud: 0 }))
    await store.addEvents(of, events)
    const wanted: number[][] = []
    for (const values of windowsInOrder(
      of,
      events.map(event => ({ event, timeMs: timeOf(event) })),
    ))
      wanted.push([...values])
    const check = async (input: SpecInput, rows: number | null) => {
      const { data, windows, eventTimes } = await load(of, { ...input, parameters: { windows: 'on' } })
      assert.deepEqual(
        windows,
        useCase.windows.map(({ name }) => name),
      )
      if (rows !== null) assert.equal(data.rows, rows)
      const first = data.columns.length - windows.length
      for (let row = 0; row < data.rows; row++) {
        const at = events.findIndex(event => timeOf(event) === eventTimes[row])
        const found = data.values.slice(first).map(column => column[row])
        assert.deepEqual(found, wanted[at])
      }
      return data.rows
    }
    await check({}, 1500)
    await check({ rows: 200 }, 200)
    const part = await check({ fraction: 0.3 }, null)
    assert.ok(part > 300 && part < 600, String(part))
  })

  it('that are not there, too few, unlabelled, of one class or without information are errors with a code', async () => {
    await assert.rejects(train(named('NOTHING')), { code: 'TRAINING_DATA_MISSING' })
    const few = named('FEW')
    await store.addEvents(few, generated(useCase, { count: 60, seed: 7 }).events)
    await assert.rejects(train(few), { code: 'TOO_FEW_ROWS', message: /60 labelled events .* 100 wanted/ })
    const unlabelled = named('UNLABELLED')
    await store.addEvents(unlabelled, stream.events.slice(0, 300))
    await assert.rejects(train(unlabelled), { code: 'NO_LABELS' })
    const single = named('SINGLE')
    const events = generated(useCase, { count: 300, seed: 8 }).events
    await store.addEvents(
      single,
      events.map(event => ({ ...event, is_fraud: 0 })),
    )
    await assert.rejects(train(single), {
      code: 'ONE_CLASS',
      message: /train part .* 0 positives in 210 rows/,
    })
    const constant = named('CONSTANT')
    const [sample] = events
    await store.addEvents(
      constant,
      events.map((event, i) => ({
        ...sample,
        transaction_id: event['transaction_id'],
        timestamp: `2026-01-05T00:${String(i % 60).padStart(2, '0')}:00Z`,
        is_fraud: i % 2,
      })),
    )
    await assert.rejects(train(constant), {
      code: 'NO_USABLE_FEATURES',
      message: /Column amount is left out/,
    })
    await assert.rejects(load(named('FEW'), { version: 99 }), { code: 'LAKE_VERSION_UNKNOWN' })
  })
})
