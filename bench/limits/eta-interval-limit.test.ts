import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eta } from '#use-cases/eta.ts'
import { etaIntervalLimit } from './eta-interval-limit.ts'
import { createEtaOracle } from './eta-limit.ts'
import { parityEvents } from './parity-events.ts'

const week = 7 * 86_400
const count = 20_000
const trips = parityEvents(eta, { count, seed: 'intervals', rate: count / week })
const oracle = createEtaOracle()

test('nine trips of ten lie between the conditional quantiles, in every regime', () => {
  const groups = Map.groupBy(trips, ({ day_of_week, hour_of_day }) => {
    const isRush = (hour_of_day >= 6 && hour_of_day <= 9) || (hour_of_day >= 16 && hour_of_day <= 19)
    return day_of_week >= 5 ? 'weekend' : isRush ? 'rush' : 'other'
  })
  assert.equal(groups.size, 3)
  for (const [regime, list] of groups) {
    const { coverage } = etaIntervalLimit(list, oracle)
    assert.ok(Math.abs(coverage - 0.9) < 4 * Math.sqrt(0.09 / list.length), `${regime}: ${coverage}`)
  }
})

test('no wider, narrower or shifted interval scores better', () => {
  const best = etaIntervalLimit(trips, oracle).winkler
  for (const [below, above] of [
    [0.97, 1.03],
    [1.03, 0.97],
    [1.03, 1.03],
    [0.97, 0.97],
  ] as const) {
    const other = etaIntervalLimit(trips, trip => {
      const known = oracle(trip)
      return { ...known, low: below * known.low, high: above * known.high }
    })
    assert.ok(other.winkler > best, `${below}, ${above}: ${other.winkler} against ${best}`)
  }
})
