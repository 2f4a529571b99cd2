import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { createStateReader, type StateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createAdwin, loadAdwin } from './adwin.ts'
import { createDdm, loadDdm } from './ddm.ts'
import type { DriftDetector } from './drift-detector.ts'
import { createEddm, loadEddm } from './eddm.ts'
import { createHddmA, loadHddmA } from './hddm-a.ts'
import { createHddmW, loadHddmW } from './hddm-w.ts'
import { createKswin, loadKswin } from './kswin.ts'
import { createPageHinkley, loadPageHinkley } from './page-hinkley.ts'
import { bytesOf, reloaded } from './test-detector.ts'

type Saved = Pick<DriftDetector, 'update' | 'save'>
const DETECTORS: Record<string, [() => Saved, (input: StateReader) => Saved]> = {
  ADWIN: [() => createAdwin(), loadAdwin],
  'ADWIN with one bucket a row': [() => createAdwin({ maxBuckets: 1, clock: 1 }), loadAdwin],
  KSWIN: [() => createKswin(), loadKswin],
  PageHinkley: [() => createPageHinkley({ threshold: 10 }), loadPageHinkley],
  DDM: [() => createDdm(), loadDdm],
  EDDM: [() => createEddm(), loadEddm],
  'HDDM-A': [() => createHddmA({ side: 'both' }), loadHddmA],
  'HDDM-W': [() => createHddmW({ side: 'both' }), loadHddmW],
}

describe('drift detectors', () => {
  for (const [name, [create, load]] of Object.entries(DETECTORS)) {
    test(`${name} finds a rate that rises from .1 to .5, and saved at any point goes on bit for bit`, () => {
      const random = createRandom(name)
      const through = create()
      let loaded = create()
      const found: number[] = []
      for (let i = 0; i < 3000; i++) {
        const x = random.next() < (i < 1500 ? 0.1 : 0.5) ? 1 : 0
        const drift = through.update(x)
        assert.equal(loaded.update(x), drift)
        if (drift) found.push(i)
        if (i % 61 === 0 || drift) loaded = reloaded(loaded, load)
      }
      assert.deepEqual(bytesOf(loaded), bytesOf(through))
      assert.ok(
        found.some(i => i >= 1500 && i < 1700),
        `${found}`,
      )
    })
  }

  test('ADWIN ignores what is no number', () => {
    const [plain, mixed] = [createAdwin(), createAdwin()]
    for (let i = 0; i < 100; i++) {
      plain.update(i % 7)
      mixed.update(i % 7)
      mixed.update([Number.NaN, Infinity, -Infinity][i % 3])
    }
    assert.deepEqual(bytesOf(mixed), bytesOf(plain))
    assert.equal(mixed.width, 100)
  })

  test('ADWIN keeps drift for one update and then starts from nothing', () => {
    const adwin = createAdwin()
    for (let i = 0; !adwin.drift; i++) adwin.update(i < 320 ? 0 : 1)
    assert.ok(adwin.width > 1)
    adwin.update(1)
    assert.deepEqual([adwin.drift, adwin.width, adwin.mean], [false, 1, 1])
  })

  test('impossible parameters and states have a code', () => {
    const invalid = { code: 'INVALID_PARAMETER' }
    assert.throws(() => createEddm({ alpha: 0.5, beta: 0.9 }), invalid)
    assert.throws(() => createKswin({ window: 50, recent: 30 }), invalid)
    assert.throws(() => createHddmA({ driftConfidence: 2 }), invalid)
    const out = createStateWriter()
    createAdwin().save(out)
    const bytes = out.finish()
    // The number of rows, after four parameters, the buckets of a row and the flag of a drift.
    new DataView(bytes).setUint32(44, 4_000_000, true)
    assert.throws(() => loadAdwin(createStateReader(bytes)), { code: 'CHECKPOINT_CORRUPT' })
  })
})
