import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatTimestamp, parseTimestamp } from './timestamp.ts'

test('a timestamp has zero to nine fraction digits and a zone', () => {
  const second = Date.UTC(2026, 0, 5, 6, 7, 8)
  for (const [written, ms] of [
    ['2026-01-05T06:07:08Z', 0],
    ['2026-01-05T06:07:08+00:00', 0],
    ['2026-01-05T06:07:08.5Z', 500],
    ['2026-01-05T06:07:08.123Z', 123],
    ['2026-01-05T06:07:08.123456+00:00', 123.456],
    ['2026-01-05T06:07:08.123456789Z', 123.456789],
    ['2026-01-05T00:07:08-06:00', 0],
    ['2026-01-05T11:52:08+05:45', 0],
    ['2026-01-05t06:07:08z', 0],
  ] as const) {
    assert.ok(Math.abs(parseTimestamp(written) - (second + ms)) < 1e-3, written)
  }
})

test('what is no instant is NaN', () => {
  for (const written of [
    '',
    'yesterday',
    '2026-01-05',
    '2026-01-05T06:07:08',
    '2026-01-05 06:07:08Z',
    '2026-01-05T06:07Z',
    '2026-02-30T06:07:08Z',
    '2026-13-01T06:07:08Z',
    '2026-00-01T06:07:08Z',
    '2026-01-05T24:00:00Z',
    '2026-01-05T06:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-01-05T06:07:08.Z',
    '2026-01-05T06:07:08.1234567890Z',
    '2026-01-05T06:07:08+0000',
    '2026-01-05T06:07:08+24:00',
    '2026-01-05T06:07:08ZZ',
    '2026-01-05T06:07:08.123+00:00Z',
    '-026-01-05T06:07:08Z',
    '２026-01-05T06:07:08Z',
  ]) {
    assert.ok(Number.isNaN(parseTimestamp(written)), written)
  }
})

test('the calendar agrees with Date, leap years included', () => {
  const instants = fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })
  fc.assert(fc.property(instants, ms => parseTimestamp(new Date(ms).toISOString()) === ms))
})

test('what is written is read back to the microsecond, always with six digits', () => {
  const micros = fc.integer({ min: 0, max: 4_000_000_000_000_000 })
  fc.assert(
    fc.property(micros, given => {
      const written = formatTimestamp(given / 1000)
      assert.match(written, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/)
      assert.equal(Math.round(parseTimestamp(written) * 1000), given)
    }),
  )
  assert.equal(formatTimestamp(Date.UTC(2026, 0, 5)), '2026-01-05T00:00:00.000000+00:00')
  assert.equal(formatTimestamp(999.9999), '1970-01-01T00:00:01.000000+00:00')
})

test('junk never throws', () => {
  fc.assert(fc.property(fc.string({ maxLength: 40 }), junk => typeof parseTimestamp(junk) === 'number'))
})
