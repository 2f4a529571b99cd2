import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { judgeSoak } from './judge-soak.ts'
import type { SoakRun, SoakTotals } from './sustain-load.ts'

const RATE = 1000
const MINUTES = 10

/** Ten minutes as they should be, a sample a minute, but for what is given. */
function soakRun({
  rate = RATE,
  lag = 50,
  growth = 0,
  drainedSeconds = 0.2,
  ...total
}: Partial<SoakTotals> & {
  rate?: number
  lag?: number
  /** 10^6 bytes a minute. */
  growth?: number
  drainedSeconds?: number | null
} = {}): SoakRun {
  const produced = rate * 60 * MINUTES
  return {
    samples: Array.from({ length: MINUTES }, (_, i) => ({
      seconds: (i + 1) * 60,
      produced: (i + 1) * 60 * rate,
      predicted: (i + 1) * 60 * rate - lag,
      processes: new Map([
        ['incremental-1', { residentMb: 300 + i * growth, cpuSeconds: i * 30 }],
        ['kafka', { residentMb: 300 + i * 100, cpuSeconds: i * 30 }],
      ]),
    })),
    totals: [
      {
        useCase: 'TFD',
        produced,
        predicted: produced,
        missing: 0,
        doubled: 0,
        deadLetters: 0,
        told: produced,
        sawLast: true,
        ...total,
      },
    ],
    drainedSeconds,
    delay: { p50: 10, p99: 20 },
  }
}

const judge = (run: SoakRun, minutes = MINUTES) => judgeSoak(run, { rate: RATE, minutes })

describe('verdict on a soak', () => {
  test('breaks nothing where every bound holds, whatever engines keep in memory', () => {
    const { broken, ratePerSecond, lag, roles } = judge(soakRun())
    assert.deepEqual(broken, [])
    assert.equal(ratePerSecond, RATE)
    assert.deepEqual(lag, { max: 50, end: 0 })
    assert.equal(roles.find(({ name }) => name === 'incremental-1')?.cores, 0.5)
  })

  for (const [what, run, sentence] of [
    [
      'fewer events than asked for',
      soakRun({ rate: RATE * 0.8 }),
      /^800 events\/s were produced, at least 803/,
    ],
    [
      'a lag of more than three seconds',
      soakRun({ lag: 3001 }),
      /^The lag came to 3001 events, at most 3000/,
    ],
    ['events without a prediction', soakRun({ drainedSeconds: null }), /were not predicted in the end/],
    ['an event left out', soakRun({ missing: 1 }), /1 left out, 0 predicted twice/],
    ['an event predicted twice', soakRun({ doubled: 2 }), /0 left out, 2 predicted twice/],
    ['a dead letter', soakRun({ deadLetters: 1 }), /1 dead letters, 0 wanted/],
    ['predictions that no websocket was told of', soakRun({ told: 5 }), /was told of 5 predictions/],
    ['a last message of an older prediction', soakRun({ sawLast: false }), /not the last prediction/],
    ['memory that grows', soakRun({ growth: 5 }), /^incremental-1 grew by 5\.0 MB a minute, at most 4/],
  ] as const) {
    test(`is broken by ${what}`, () => {
      const { broken } = judge(run)
      assert.equal(broken.length, 1)
      assert.match(broken[0] as string, sentence)
    })
  }

  test('of a short run does not judge growth, but the whole', () => {
    const { broken, roles } = judge(soakRun({ growth: 100 }), 1)
    assert.deepEqual(broken.length, 1)
    assert.match(broken[0] as string, /^incremental-1 held 1200 MB, at most 800/)
    assert.equal(roles[0]?.mbPerMinute, null)
  })
})
