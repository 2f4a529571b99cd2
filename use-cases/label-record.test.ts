import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type LabelRecord, parseLabelRecord } from './label-record.ts'

const record: LabelRecord = {
  event_id: 'a',
  label: 1,
  event_time: '2026-01-05T00:00:00.000000+00:00',
  label_time: '2026-01-05T00:00:05.000000+00:00',
  version: 1,
}

test('a label record is read back as it was', () => {
  const parsed = parseLabelRecord(Buffer.from(JSON.stringify(record)))
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.record, record)
  assert.equal(parsed.labelTimeMs - parsed.eventTimeMs, 5000)
})

test('an absent version is the first', () => {
  const { version: _, ...rest } = record
  const parsed = parseLabelRecord(JSON.stringify(rest))
  assert.ok(parsed.ok && parsed.version === 1 && parsed.record.version === 1)
})

test('an error names field, value and expectation', () => {
  const parsed = parseLabelRecord(
    JSON.stringify({ ...record, label: 'fraud', version: 0, event_time: 'now' }),
  )
  assert.ok(!parsed.ok)
  assert.equal(parsed.code, 'INVALID_LABEL')
  assert.deepEqual(
    parsed.problems.map(({ field, given }) => [field, given]),
    [
      ['label', '"fraud"'],
      ['event_time', '"now"'],
      ['version', '0'],
    ],
  )
})

test('junk never throws', () => {
  fc.assert(fc.property(fc.oneof(fc.uint8Array(), fc.json()), value => !parseLabelRecord(value).ok))
})
