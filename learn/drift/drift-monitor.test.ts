import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../math/random.ts'
import type { Column } from '../online/learner.ts'
import { createStateReader } from '../state/reader.ts'
import { createDriftMonitor, type DriftMonitor, loadDriftMonitor } from './drift-monitor.ts'
import type { DriftSignal } from './drift-signal.ts'
import { measureDelay } from './measure-delay.ts'
import { driftScenarios, scenarioColumns } from './scenarios.ts'
import { bytesOf, reloaded } from './test-detector.ts'

const COLUMNS: readonly Column[] = [
  { name: 'amount', kind: 'numeric' },
  { name: 'country', kind: 'nominal' },
  { name: 'hour', kind: 'nominal', clock: true },
]
const fresh = () => createDriftMonitor({ columns: COLUMNS, task: 'classification' })

/** Shows events of a known law; `shift` moves the amounts, `rate` is that of label 1. */
function feed(monitor: DriftMonitor, n: number, { seed = 'a', shift = 0, rate = 0.1 } = {}): DriftSignal[] {
  const random = createRandom(seed)
  const found: DriftSignal[] = []
  for (let i = 0; i < n; i++) {
    const row = Float64Array.of(random.normal() + shift, random.below(5), Math.floor(i / 500))
    monitor.observe(row, random.next() ** 3)
    const label = random.next() < rate ? 1 : 0
    monitor.outcome(random.next() < 0.05 ? 1 : 0, label, 0.1)
    found.push(...(monitor.take() ?? []))
  }
  return found
}

describe('the drift monitor', () => {
  for (const scenario of driftScenarios) {
    test(`${scenario.name} is found within three times the least delay possible`, () => {
      const { delay, bound, misses, falseAlarms } = measureDelay(scenario, { runs: 3, changeAt: 40_000 })
      assert.ok(delay <= 3 * bound, `${delay} events, at least ${bound}`)
      assert.deepEqual([misses, falseAlarms], [0, 0])
    })
  }

  test('a stream without change raises nothing, though its clock runs on', () => {
    const monitor = fresh()
    assert.deepEqual(feed(monitor, 40_000), [])
    assert.equal(monitor.take(), null)
  })

  test('a signal names the feature, when it changed, and what it was before and after', () => {
    const monitor = fresh()
    feed(monitor, 20_000)
    const found = feed(monitor, 2000, { seed: 'b', shift: 1 })
    assert.deepEqual(
      found.map(({ signal }) => signal),
      ['feature:amount'],
    )
    const [signal] = found
    assert.ok(signal.value > signal.threshold)
    assert.ok(signal.after > signal.before)
    assert.ok(signal.changeAt >= 16 && signal.changeAt < 200)
    assert.ok(signal.psi > 0.1 && signal.ks > 0.1)
  })

  test('a category that doubles is named by its code', () => {
    const monitor = fresh()
    const random = createRandom('category')
    let found: DriftSignal[] | null = null
    for (let i = 0; i < 20_000 && !found; i++) {
      const code = random.next() < (i < 10_000 ? 0.1 : 0.2) ? 7 : random.below(6)
      monitor.observe(Float64Array.of(0, code, 0), 0.1)
      found = monitor.take()
    }
    assert.deepEqual(
      found?.map(({ signal, category }) => [signal, category]),
      [['feature:country', 7]],
    )
    assert.ok(Math.abs((found?.[0]?.after ?? 0) - 0.2) < 0.05)
  })

  test('after a signal the new law is the baseline', () => {
    const monitor = fresh()
    feed(monitor, 10_000)
    assert.equal(feed(monitor, 20_000, { seed: 'b', rate: 0.3 }).length, 1)
    assert.deepEqual(feed(monitor, 20_000, { seed: 'c', rate: 0.3 }), [])
  })

  test('an error that falls is no drift', () => {
    const monitor = fresh()
    const random = createRandom('falls')
    for (let i = 0; i < 100_000; i++) monitor.outcome(random.next() < (i < 50_000 ? 0.3 : 0.1) ? 1 : 0, 0, 0)
    assert.equal(monitor.take(), null)
  })

  test('missing and infinite values are counted, not stumbled over', () => {
    const monitor = fresh()
    const random = createRandom('bad')
    for (let i = 0; i < 5000; i++) {
      const bad = [Number.NaN, Infinity, -Infinity][i % 3]
      monitor.observe(Float64Array.of(i % 2 ? bad : random.normal(), -1, bad), bad)
      monitor.outcome(bad, i % 2, bad)
    }
    assert.equal(monitor.take(), null)
    const silent = createDriftMonitor({ columns: COLUMNS, task: 'clustering' })
    for (let i = 0; i < 5000; i++) silent.observe(Float64Array.of(Number.NaN, -1, 0), Number.NaN)
    assert.equal(silent.take(), null)
  })

  test('saved at any point it goes on bit for bit', () => {
    for (const task of ['classification', 'regression'] as const) {
      const through = createDriftMonitor({ columns: COLUMNS, task })
      let loaded = createDriftMonitor({ columns: COLUMNS, task })
      for (let part = 0; part < 12; part++) {
        const law = { seed: `${part}`, shift: part < 6 ? 0 : 1, rate: part < 6 ? 0.1 : 0.4 }
        const found = feed(through, 300 + 137 * part, law)
        assert.deepEqual(feed(loaded, 300 + 137 * part, law), found)
        loaded = reloaded(loaded, input => loadDriftMonitor(input, COLUMNS))
      }
      assert.deepEqual(bytesOf(loaded), bytesOf(through))
    }
  })

  test('a state of other columns or of another version has a code', () => {
    const monitor = fresh()
    feed(monitor, 1000)
    const bytes = bytesOf(monitor)
    const corrupt = { code: 'CHECKPOINT_CORRUPT' }
    assert.throws(() => loadDriftMonitor(createStateReader(bytes), scenarioColumns), corrupt)
    new DataView(bytes).setUint8(1, 99)
    assert.throws(() => loadDriftMonitor(createStateReader(bytes), COLUMNS), corrupt)
  })

  test('its memory is bounded', () => {
    const monitor = fresh()
    feed(monitor, 2000)
    const size = monitor.sizeBytes()
    feed(monitor, 20_000)
    assert.ok(monitor.sizeBytes() <= 1.1 * size && size < 300_000, `${size}`)
  })
})
