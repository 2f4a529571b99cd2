import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import { createOnlineCalibration, loadOnlineCalibration } from './online-calibration.ts'

interface Pair {
  score: number
  label: 0 | 1
  truth: number
}

/** Scores whose log-odds are twice too large and one too high. */
function overconfident(count: number, seed: string, bend = (z: number) => 2 * z + 1): Pair[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => {
    const z = 1.5 * random.normal() - 1
    const truth = 1 / (1 + Math.exp(-z))
    return { score: 1 / (1 + Math.exp(-bend(z))), label: random.next() < truth ? 1 : 0, truth }
  })
}

for (const method of ['platt', 'beta'] as const) {
  test(`${method}: over-confident scores become probabilities`, () => {
    const calibration = createOnlineCalibration({ method })
    for (const { score, label } of overconfident(20_000, 'learn')) calibration.update(score, label)
    for (const { score, truth } of overconfident(300, 'probe')) {
      assert.ok(Math.abs(calibration.calibrate(score) - truth) < 0.05, `${score}: ${truth}`)
    }
  })

  test(`${method}: the order of scores is kept, also when labels contradict it`, () => {
    const calibration = createOnlineCalibration({ method, minority: 10 })
    for (const { score, label } of overconfident(3000, 'order'))
      calibration.update(score, label === 1 ? 0 : 1)
    let before = 0
    for (let score = 0; score <= 1; score += 1 / 64) {
      const now = calibration.calibrate(score)
      assert.ok(now >= before && now <= 1, `${now} after ${before}`)
      before = now
    }
  })

  test(`${method}: a loaded calibration continues bit for bit`, () => {
    const whole = createOnlineCalibration({ method, halfLife: 300 })
    let parts = createOnlineCalibration({ method, halfLife: 300 })
    overconfident(2000, 'parts').forEach(({ score, label }, i) => {
      whole.update(score, label)
      parts.update(score, label)
      assert.equal(parts.calibrate(score), whole.calibrate(score))
      if (i % 500 !== 0) return
      const out = createStateWriter()
      parts.save(out)
      const input = createStateReader(out.finish())
      parts = loadOnlineCalibration(input)
      input.end()
    })
  })
}

test('it follows scores whose meaning changes', () => {
  const calibration = createOnlineCalibration({ halfLife: 1000 })
  for (const { score, label } of overconfident(10_000, 'before')) calibration.update(score, label)
  const after = overconfident(10_000, 'after', z => z / 2)
  for (const { score, label } of after) calibration.update(score, label)
  const error = after.reduce(
    (sum, { score, truth }) => sum + Math.abs(calibration.calibrate(score) - truth),
    0,
  )
  assert.ok(error / after.length < 0.04, `${error / after.length}`)
})

test('scores stay as they are until enough labels of the rarer class are in', () => {
  const calibration = createOnlineCalibration({ minority: 50 })
  for (let i = 0; i < 1000; i++) calibration.update(0.99, 0)
  for (let i = 0; i < 49; i++) calibration.update(0.99, 1)
  assert.equal(calibration.calibrate(0.99), 0.99)
  calibration.update(0.99, 1)
  assert.ok(calibration.calibrate(0.99) < 0.5)
})

test('what is no score or no label does not count, and certain scores stay finite', () => {
  const calibration = createOnlineCalibration({ minority: 1 })
  const same = createOnlineCalibration({ minority: 1 })
  for (const score of [Number.NaN, Infinity, -1, 2]) calibration.update(score, 1)
  calibration.update(0.5, 7 as 1)
  for (const [score, label] of [
    [0, 1],
    [1, 0],
    [0.5, 1],
  ] as const) {
    calibration.update(score, label)
    same.update(score, label)
  }
  assert.ok(Number.isNaN(calibration.calibrate(2)))
  for (const score of [0, 0.3, 1]) {
    assert.equal(calibration.calibrate(score), same.calibrate(score))
    assert.ok(calibration.calibrate(score) > 0 && calibration.calibrate(score) < 1)
  }
  assert.throws(() => createOnlineCalibration({ halfLife: 0 }), { code: 'INVALID_PARAMETER' })
})
