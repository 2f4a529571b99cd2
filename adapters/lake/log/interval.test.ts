import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { intervalMs } from './interval.ts'

describe('a duration of a table property', () => {
  for (const [text, ms] of [
    ['interval 1 day', 86_400_000],
    ['interval 30 days', 30 * 86_400_000],
    ['INTERVAL 1 Week 12 Hours', 604_800_000 + 43_200_000],
    ['2 minutes 3 seconds 4 milliseconds', 123_004],
    ['interval 0 hours', 0],
    ['interval 1.5 hours', 5_400_000],
    ['interval 1 month', null],
    ['interval -1 day', null],
    ['interval day', null],
    ['interval', null],
    ['', null],
    ['forever', null],
  ] as const) {
    it(`"${text}" is ${ms === null ? 'none' : `${ms} ms`}`, () => assert.equal(intervalMs(text), ms))
  }
})
