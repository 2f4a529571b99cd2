import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PortError } from '#ports/port-error.ts'
import { last, openBench, runOf, settled, until } from './test-bench.ts'

const AWAY = new PortError('ENGINE_UNREACHABLE', 'No answer from 127.0.0.1:5000.')

describe('an outage of tracking', () => {
  it('is told once, loses nothing while it is short, and is told to be over', async () => {
    await using bench = await openBench()
    bench.faults.all = AWAY
    await using tracking = bench.open()
    const view = bench.begin('TFD')
    const other = bench.begin('ETA')
    for (let step = 1; step <= 100; step++) bench.measure(view, { step, value: step / 100 })
    await until(() => bench.notices.length > 0)
    await new Promise(resolve => setTimeout(resolve, 20))
    assert.deepEqual(bench.notices, [
      'warn: Tracking: No answer from 127.0.0.1:5000. Learning goes on; what is to be logged waits until it works again.',
    ])
    assert.deepEqual(tracking.report(), { state: 'DEGRADED', message: AWAY.message })
    bench.faults.all = null
    const { id } = await settled(bench, 'TFD-1', ({ metrics }) => last(metrics, 'fbeta2') === 1)
    assert.equal((await bench.tracking.metricHistory(id, 'fbeta2')).total, 100)
    await runOf(bench, other.record.id)
    await until(() => bench.notices.length === 2)
    assert.equal(bench.notices[1], 'info: Tracking works again; what waited is logged.')
    assert.deepEqual(tracking.report(), { state: 'UP', message: null })
  })

  it('that is long costs the oldest metrics, which is told once', async () => {
    await using bench = await openBench()
    bench.faults.all = AWAY
    await using _tracking = bench.open()
    const view = bench.begin('TFD')
    await until(() => bench.notices.length === 1)
    for (let step = 1; step <= 1000; step++) bench.measure(view, { step, value: step / 1000 })
    await until(() => bench.notices.length === 2)
    bench.faults.all = null
    const { id } = await settled(bench, 'TFD-1', ({ metrics }) => last(metrics, 'fbeta2') === 1)
    const { points } = await bench.tracking.metricHistory(id, 'fbeta2')
    assert.deepEqual([points.length, points[0]?.step, points.at(-1)?.step], [720, 281, 1000])
    await until(() => bench.notices.length === 3)
    assert.deepEqual(bench.notices.slice(1), [
      'warn: Tracking: too many metrics wait to be logged; the oldest are dropped.',
      'info: Tracking works again; what waited is logged. 280 batches of metrics were dropped meanwhile.',
    ])
  })

  it('does not hold up the end of the process', async () => {
    await using bench = await openBench()
    const tracking = bench.open({ pace: { finishMs: 20, retryMs: 60_000 } })
    const view = bench.begin('TFD')
    await runOf(bench, 'TFD-1')
    bench.faults.all = AWAY
    bench.measure(view, { step: 1, value: 1 })
    await until(() => bench.notices.length > 0)
    await tracking[Symbol.asyncDispose]()
    const silent = bench.open({
      pace: { finishMs: 20 },
      tracking: { ...bench.tracking, run: () => new Promise(() => {}) },
    })
    bench.move(view, {})
    await silent[Symbol.asyncDispose]()
  })

  it('hides no refusal: what is refused is named, left out, and the rest logged', async () => {
    await using bench = await openBench()
    const { tracking } = bench
    const log: typeof tracking.log = (id, entries) =>
      entries.metrics
        ? Promise.reject(new PortError('INVALID_ARGUMENT', 'No such metric.'))
        : tracking.log(id, entries)
    await using _tracking = bench.open({ tracking: { ...tracking, log } })
    const view = bench.begin('TFD')
    bench.measure(view, { step: 1, value: 1 })
    bench.move(view, { state: 'FINISHED', endedAt: 2_000_000 })
    await settled(bench, 'TFD-1', ({ status }) => status === 'FINISHED')
    assert.ok(
      bench.notices.includes(
        'warn: Tracking refused metrics of session TFD-1, which is left out: No such metric.',
      ),
    )
  })
})
