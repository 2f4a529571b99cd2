import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { valueType } from './value-types.ts'

const total = (type: string, values: readonly unknown[]): unknown => {
  const { sum } = valueType(type)!
  return sum!.write(values.map(value => sum!.read(value)).reduce((a, b) => sum!.add(a, b)))
}
const sorted = (type: string, values: readonly unknown[]): unknown[] =>
  values.toSorted(valueType(type)!.compare)

describe('values of a type', () => {
  it('whole numbers are summed and compared exactly, beyond 2^53 as text', () => {
    assert.equal(total('HUGEINT', [9_007_199_254_740_991, 1, 1]), '9007199254740993')
    assert.equal(total('HUGEINT', ['9007199254740993', -2]), 9_007_199_254_740_991)
    assert.deepEqual(sorted('BIGINT', ['9007199254740993', 3, '-9007199254740993', '9007199254740992']), [
      '-9007199254740993',
      3,
      '9007199254740992',
      '9007199254740993',
    ])
  })

  it('decimals are summed to the last digit', () => {
    assert.equal(total('DECIMAL(38,2)', ['0.10', '0.20', '-100.05']), '-99.75')
    assert.equal(total('DECIMAL(38,3)', ['-0.001', '0.000']), '-0.001')
    assert.deepEqual(sorted('DECIMAL(18,2)', ['10.00', '9.50', '-1.25']), ['-1.25', '9.50', '10.00'])
  })

  it('sums of doubles lose nothing to their order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e6, max: 1e6 }), { minLength: 1, maxLength: 200 }), values => {
        const wanted = values.reduce((sum, value) => sum + value, 0)
        assert.equal(total('DOUBLE', [1e16, ...values, -1e16]), wanted === 0 ? 0 : wanted)
      }),
    )
    assert.equal(total('DOUBLE', [1, 'Infinity']), 'Infinity')
    assert.equal(total('DOUBLE', ['-Infinity', 'Infinity', 1]), 'NaN')
  })

  it('NaN is above everything, as DuckDB has it', () => {
    assert.deepEqual(sorted('DOUBLE', ['NaN', 1, 'Infinity', '-Infinity']), [
      '-Infinity',
      1,
      'Infinity',
      'NaN',
    ])
  })

  it('text is in the order of its code points', () => {
    assert.deepEqual(sorted('VARCHAR', ['\u{1f600}', '\uffee', 'b', 'B', '']), [
      '',
      'B',
      'b',
      '\uffee',
      '\u{1f600}',
    ])
  })

  it('text is in the order of its bytes in UTF-8, whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 4 }), { maxLength: 20 }), texts => {
        const wanted = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        assert.deepEqual(sorted('VARCHAR', texts), wanted)
      }),
      { seed: 3 },
    )
  })

  it('instants are in order whatever their digits', () => {
    const instants = [
      '-infinity',
      '2026-01-05T00:00:00Z',
      '2026-01-05T00:00:00.000001Z',
      '2026-01-05T00:00:00.500Z',
      '2026-01-05T00:00:01Z',
      'infinity',
    ]
    assert.deepEqual(sorted('TIMESTAMP WITH TIME ZONE', instants.toReversed()), instants)
    assert.deepEqual(sorted('DATE', ['2026-02-01', '2026-01-31']), ['2026-01-31', '2026-02-01'])
  })

  it('others are not compared here', () => {
    for (const type of [
      'STRUCT(a INTEGER)',
      'INTEGER[]',
      'INTERVAL',
      'MAP(VARCHAR, INTEGER)',
      "ENUM('a')",
      'JSON',
    ]) {
      assert.equal(valueType(type), null, type)
    }
    assert.equal(valueType('VARCHAR')?.sum, null)
  })
})
