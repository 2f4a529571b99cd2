import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { LEVEL_BITS, LOG_BINS, logBin } from './log-bin.ts'

test('every number has a bin, in the order of its size within its sign', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.double({ min: 1, max: 10, noNaN: true }),
      (x, factor) => {
        const bin = logBin(x)
        assert.ok(Number.isInteger(bin) && bin > 0 && bin < LOG_BINS, `${x} is in bin ${bin}.`)
        if (Math.abs(x) < 1e300) assert.ok(logBin(x * factor) >= bin)
      },
    ),
  )
})

test('missing, zero, negative and positive values share no bin, not even the coarsest', () => {
  const coarsest = (value: number) => logBin(value) >> (2 * LEVEL_BITS)
  const bins = [Number.NaN, 0, -1e300, -1e-9, 1e-9, 1e300].map(coarsest)
  assert.equal(new Set(bins).size, bins.length)
  assert.equal(logBin(Infinity), logBin(Number.NaN))
  assert.equal(logBin(-0), logBin(0))
})
