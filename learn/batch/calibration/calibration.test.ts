import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Calibration } from './calibration.ts'
import { fitIsotonic, loadIsotonic } from './fit-isotonic.ts'
import { fitPlatt, loadPlatt } from './fit-platt.ts'

interface Vector {
  probability: number[]
  label: number[]
  weight: number[]
  asked: number[]
  isotonic: number[]
  platt: number[]
}

const vector = JSON.parse(
  readFileSync(new URL('vectors/calibration.json', import.meta.url), 'utf8'),
) as Vector
const probabilities = Float64Array.from(vector.probability)
const labels = Float64Array.from(vector.label)
const weights = Float64Array.from(vector.weight)

test('isotonic calibration equals scikit-learn, ties and both ends included', () => {
  const { apply } = fitIsotonic({ probabilities, labels, weights })
  vector.asked.forEach((probability, i) =>
    assert.ok(Math.abs(apply(probability) - vector.isotonic[i]) < 1e-12),
  )
})

test("Platt's calibration equals scikit-learn's on log odds", () => {
  const { apply } = fitPlatt({ probabilities, labels })
  vector.probability.forEach((probability, i) =>
    assert.ok(Math.abs(apply(probability) - vector.platt[i]) < 1e-7),
  )
})

const kinds = [
  ['platt', fitPlatt, loadPlatt],
  ['isotonic', fitIsotonic, loadIsotonic],
] as const

for (const [kind, fit, load] of kinds) {
  test(`${kind}: a rising probability never falls, and stays one`, () => {
    const { apply } = fit({ probabilities, labels })
    let last = 0
    for (let step = 0; step <= 1000; step++) {
      const calibrated = apply(step / 1000)
      assert.ok(calibrated >= last && calibrated <= 1, `${calibrated} after ${last}`)
      last = calibrated
    }
  })

  test(`${kind}: a weight counts like rows`, () => {
    const twice = fit({ probabilities, labels, weights: new Float64Array(labels.length).fill(2) })
    const doubled = fit({
      probabilities: Float64Array.from([...probabilities, ...probabilities]),
      labels: Float64Array.from([...labels, ...labels]),
    })
    for (const p of vector.asked) assert.ok(Math.abs(twice.apply(p) - doubled.apply(p)) < 1e-9)
  })

  test(`${kind}: a model that is worse than none keeps no order`, () => {
    const { apply } = fit({
      probabilities: Float64Array.of(0.1, 0.2, 0.8, 0.9),
      labels: Float64Array.of(1, 1, 0, 0),
    })
    assert.ok(Math.abs(apply(0.1) - 0.5) < 1e-9 && Math.abs(apply(0.9) - 0.5) < 1e-9)
  })

  test(`${kind}: probabilities that are all equal become the share of positive ones`, () => {
    const same = fit({
      probabilities: new Float64Array(1000).fill(0.3),
      labels: Float64Array.from({ length: 1000 }, (_, i) => (i % 4 === 0 ? 1 : 0)),
    })
    assert.ok(Math.abs(same.apply(0.3) - 0.25) < 1e-3)
  })

  test(`${kind}: probabilities of 0 and 1 are taken, even if wrong`, () => {
    const { apply } = fit({
      probabilities: Float64Array.of(0, 1, 0, 1, 0, 1),
      labels: Float64Array.of(0, 1, 1, 1, 0, 0),
    })
    assert.ok(apply(0) > 0.2 && apply(0) < 0.5 && apply(1) > 0.5 && apply(1) < 0.8)
  })

  test(`${kind}: saved and loaded it is the same bit for bit, and corrupt it is refused`, () => {
    const fitted = fit({ probabilities, labels, weights })
    const state = saved(fitted)
    const input = createStateReader(state)
    const loaded = load(input)
    input.end()
    assert.equal(loaded.kind, kind)
    for (const p of vector.asked) assert.equal(loaded.apply(p), fitted.apply(p))
    assert.deepEqual(saved(loaded), state)
    for (let cut = 0; cut < state.byteLength; cut += 5) {
      assert.throws(() => load(createStateReader(state.slice(0, cut))), { code: 'CHECKPOINT_CORRUPT' })
    }
    new DataView(state).setFloat64(state.byteLength - 8, Number.NaN, true)
    assert.throws(() => load(createStateReader(state)), { code: 'CHECKPOINT_CORRUPT' })
  })

  test(`${kind}: bad input is told by code`, () => {
    const fails = (options: object, code: string) =>
      assert.throws(() => fit({ probabilities, labels, ...options }), { code })
    fails({ probabilities: new Float64Array(0), labels: new Float64Array(0) }, 'NO_ROWS')
    fails({ labels: labels.slice(1) }, 'SIZE_MISMATCH')
    fails({ weights: weights.slice(1) }, 'SIZE_MISMATCH')
    fails({ probabilities: probabilities.map(() => Number.NaN) }, 'INVALID_VALUE')
    fails({ weights: weights.map(() => -1) }, 'INVALID_VALUE')
    fails({ labels: labels.map(() => 0.5) }, 'INVALID_LABEL')
    fails({ labels: labels.map(() => 1) }, 'ONE_CLASS')
  })
}

function saved(calibration: Calibration): ArrayBuffer {
  const out = createStateWriter()
  calibration.save(out)
  return out.finish()
}
