import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '#learn/math/random.ts'
import { ecci } from '#use-cases/ecci.ts'
import type { EcciRecord } from '#use-cases/ecci-event.ts'
import { personas } from '#use-cases/ecci-personas.ts'
import type { TruthRecord } from '#use-cases/generator.ts'
import { adjustedRandIndex } from './adjusted-rand-index.ts'
import { ecciLimit, logJoint } from './ecci-limit.ts'
import { normalCdf } from './normal-cdf.ts'
import { noText, referenceStartMs } from './parity-events.ts'

const events: EcciRecord[] = []
const truths: TruthRecord[] = []
const startMs = referenceStartMs + 18 * 3_600_000
const generator = ecci.generate({
  mode: 'realistic',
  options: {},
  random: createRandom(1),
  faker: noText,
  startMs,
  rate: 12,
})
for (let item = generator.next(); item.timeMs < startMs + 2 * 3_600_000; item = generator.next()) {
  if (item.kind === 'event') events.push(item.record as EcciRecord)
  if (item.kind === 'truth') truths.push(item.record)
}
// Who began in the first hour has had the time to end: no kind of session is missing.
const early = truths.filter(({ start_time }) => Date.parse(start_time) < startMs + 3_600_000)

test('the exact assignment of finished sessions meets the published limit', () => {
  const { ari, accuracy, sessions, assignments } = ecciLimit(events, early)
  assert.equal(sessions, early.length)
  assert.equal(assignments.size, sessions)
  // 6000 simulated sessions gave .677; eight seeds of ours .672 to .708.
  assert.ok(ari > 0.64 && ari < 0.73, `ARI ${ari}`)
  assert.ok(accuracy > 0.84 && accuracy < 0.89, `accuracy ${accuracy}`)
})

test('its probabilities are calibrated: it is right as often as it believes', () => {
  const bySession = Map.groupBy(events, ({ session_id }) => session_id)
  const expected = new Float64Array(personas.length)
  const variance = new Float64Array(personas.length)
  const actual = new Float64Array(personas.length)
  for (const { session_id, persona } of early) {
    const logs = personas.map(candidate => logJoint(candidate, bySession.get(session_id) ?? []))
    const most = Math.max(...logs)
    const total = logs.reduce((sum, log) => sum + Math.exp(log - most), 0)
    // Each persona where it is believed in by half or more.
    logs.forEach((log, index) => {
      const p = Math.exp(log - most) / total
      if (p < 0.5) return
      expected[index] = (expected[index] ?? 0) + p
      variance[index] = (variance[index] ?? 0) + p * (1 - p)
      actual[index] = (actual[index] ?? 0) + Number(personas[index]?.name === persona)
    })
  }
  personas.forEach(({ name }, index) => {
    const difference = Math.abs((actual[index] ?? 0) - (expected[index] ?? 0))
    assert.ok(
      difference < 4 * Math.sqrt(variance[index] ?? 0),
      `${name}: ${actual[index]}, ${expected[index]} expected`,
    )
  })
})

test('sessions with missing events are left out', () => {
  const [first] = early
  assert.ok(first)
  const others = events.filter(
    ({ session_id, session_event_sequence }) => session_id !== first.session_id || session_event_sequence > 1,
  )
  assert.ok(!ecciLimit(others, early).assignments.has(first.session_id))
})

test('the adjusted Rand index is 1 for equal partitions, 0 on average for independent ones', () => {
  assert.equal(adjustedRandIndex(['a', 'a', 'b', 'c'], [3, 3, 1, 2]), 1)
  // Hubert and Arabie's table worked by hand: cells 2 1 / 0 3 give (4 - 42/15) / (6.5 - 42/15).
  const given = adjustedRandIndex([0, 0, 0, 1, 1, 1], ['x', 'x', 'y', 'y', 'y', 'y'])
  assert.ok(Math.abs(given - (4 - 42 / 15) / (6.5 - 42 / 15)) < 1e-12)
  const random = createRandom(1)
  const draw = () => Array.from({ length: 20_000 }, () => Math.floor(random.next() * 5))
  assert.ok(Math.abs(adjustedRandIndex(draw(), draw())) < 0.002)
  assert.throws(() => adjustedRandIndex([1], [1, 2]), { code: 'SIZE_MISMATCH' })
})

test('the normal distribution function is exact to a ten-millionth', () => {
  for (const [z, p] of [
    [0, 0.5],
    [1, 0.841344746],
    [-1.959963985, 0.025],
    [3, 0.998650102],
    [-5, 2.86651572e-7],
  ] as const) {
    assert.ok(Math.abs(normalCdf(z) - p) < 1.2e-7)
  }
})
