import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Column, FileStats, PrimitiveType } from '#ports/lake.ts'
import { decodeStats, encodeStats } from './file-stats.ts'
import { jsonOfParsedStats } from './parsed-stats.ts'
import { addOf } from './testing.ts'
import { lowerTextBound, upperTextBound } from './text-bounds.ts'

const column = (name: string, type: Column['type']): Column => ({ name, type, nullable: true })
const struct = (...fields: Column[]): Column['type'] => ({ type: 'struct', fields })

const columns = [
  column('id', 'long'),
  column('text', 'string'),
  column('at', 'timestamp'),
  column('day', 'date'),
  column('price', 'decimal(38,2)'),
  column('flag', 'boolean'),
  column('raw', 'binary'),
  column('x', 'double'),
  column('place', struct(column('lat', 'double'), column('in', struct(column('city', 'string'))))),
  column('tags', { type: 'array', elementType: 'string', containsNull: true }),
]

const bounds = (min: FileStats['min'], max: FileStats['max'] = min): FileStats => ({
  rowCount: 3,
  min,
  max,
  nullCount: {},
})
const decode = (stats: string) => decodeStats({ ...addOf('a'), stats }, columns)
const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

describe('statistics of a file', () => {
  it('are nested as structs are, and flat again when read', () => {
    const stats = {
      rowCount: 3,
      min: { id: 1, 'place.lat': -1.5, 'place.in.city': 'Bonn' },
      max: { id: 9, 'place.lat': 2.5, 'place.in.city': 'Ulm' },
      nullCount: { id: 0, 'place.lat': 1, 'place.in.city': 2, flag: 3 },
    }
    const text = encodeStats(stats, columns)
    assert.equal(
      text,
      '{"numRecords":3,"minValues":{"id":1,"place":{"lat":-1.5,"in":{"city":"Bonn"}}},' +
        '"maxValues":{"id":9,"place":{"lat":2.5,"in":{"city":"Ulm"}}},"nullCount":{"id":0,"flag":3,"place":{"lat":1,"in":{"city":2}}}}',
    )
    assert.deepEqual(decode(text), stats)
  })

  it('round instants to milliseconds, outwards', () => {
    const text = encodeStats(
      bounds({ at: '2026-01-05T10:00:00.123456Z' }, { at: '2026-01-05T10:00:00.999001Z' }),
      columns,
    )
    assert.match(
      text,
      /"minValues":{"at":"2026-01-05T10:00:00.123Z"},"maxValues":{"at":"2026-01-05T10:00:01.000Z"}/,
    )
    const old = encodeStats(bounds({ at: '1969-12-31T23:59:59.9995Z' }), columns)
    assert.match(
      old,
      /"minValues":{"at":"1969-12-31T23:59:59.999Z"},"maxValues":{"at":"1970-01-01T00:00:00.000Z"}/,
    )
  })

  it('contain every instant that they were made from', () => {
    const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_000_000n })
    const textOf = (value: bigint): string => {
      const rest = ((value % 1000n) + 1000n) % 1000n
      return `${new Date(Number((value - rest) / 1000n)).toISOString().slice(0, 23)}${String(rest).padStart(3, '0')}Z`
    }
    fc.assert(
      fc.property(micros, value => {
        const at = textOf(value)
        const read = decode(encodeStats(bounds({ at }), columns))
        // Texts of equal form sort as the instants do.
        assert.ok(
          String(read?.min['at']) <= at && at <= String(read?.max['at']),
          `${at} in ${JSON.stringify(read)}`,
        )
      }),
      { seed: 4, numRuns: 500 },
    )
  })

  it('leave out what has no bound: flags, binaries, NaN, infinities, years beyond 9999', () => {
    const text = encodeStats(
      bounds({
        flag: true,
        raw: 'ff',
        x: Number.NaN,
        'place.lat': Number.POSITIVE_INFINITY,
        at: '+10000-01-01T00:00:00Z',
      }),
      columns,
    )
    assert.equal(text, '{"numRecords":3,"minValues":{},"maxValues":{},"nullCount":{}}')
  })

  it('keep all digits of longs and decimals', () => {
    const exact = bounds({ id: '9223372036854775807', price: '123456789012345678901234567890123456.78' })
    const text = encodeStats(exact, columns)
    assert.match(text, /"id":9223372036854775807,"price":123456789012345678901234567890123456.78/)
    assert.deepEqual(decode(text), exact)
    assert.equal(decode(encodeStats(bounds({ id: 2 ** 53 - 1 }), columns))?.min['id'], 2 ** 53 - 1)
  })

  it('of Spark and delta-rs may hide microseconds in the greatest instant', () => {
    const maxOf = (at: string) => decode(`{"numRecords":1,"maxValues":{"at":"${at}"}}`)?.max['at']
    assert.equal(maxOf('2026-01-05T10:00:00.123-08:00'), '2026-01-05T18:00:00.124000Z')
    assert.equal(maxOf('2026-01-05T10:00:00Z'), '2026-01-05T10:00:00.001000Z')
    assert.equal(maxOf('2026-01-05T10:00:00.123456Z'), '2026-01-05T10:00:00.123456Z')
    assert.equal(maxOf('2026-01-05T10:00:00.123'), undefined)
  })

  it('of others may lack anything, or be anything', () => {
    assert.deepEqual(decode('{"numRecords":2}'), { rowCount: 2, min: {}, max: {}, nullCount: {} })
    assert.deepEqual(
      decode(
        '{"numRecords":2,"minValues":{"id":"x","place":7,"gone":1,"x":"NaN","day":5},"tightBounds":false}',
      )?.min,
      {},
    )
    for (const text of ['', 'null', '[]', '{', '{"numRecords":-1}', '{"minValues":{"id":1}}'])
      assert.equal(decode(text), null)
    assert.equal(
      decodeStats(
        { path: 'a', partitionValues: {}, size: 1, modificationTime: 0, dataChange: true },
        columns,
      ),
      null,
    )
  })

  it('of a checkpoint that has them parsed are the same', () => {
    const parsed = {
      numRecords: 3,
      minValues: { id: 1, text: null, at: '2026-01-05 10:00:00.123456+00', place: { lat: 0.5, in: null } },
      maxValues: { id: 2, at: '2026-01-05 10:00:00.123456' },
      nullCount: { id: 0, place: { lat: 1 } },
    }
    assert.equal(
      jsonOfParsedStats(parsed, columns),
      '{"numRecords":3,"minValues":{"id":1,"at":"2026-01-05T10:00:00.123Z","place":{"lat":0.5}},' +
        '"maxValues":{"id":2,"at":"2026-01-05T10:00:00.124Z"},"nullCount":{"id":0,"place":{"lat":1}}}',
    )
    assert.equal(jsonOfParsedStats({}, columns), undefined)
  })

  it('survive names that objects know', () => {
    const odd = [column('__proto__', 'long'), column('constructor', 'string'), column('toString', 'double')]
    const text = '{"numRecords":1,"minValues":{"__proto__":5}}'
    assert.deepEqual(Object.entries(decodeStats({ ...addOf('a'), stats: text }, odd)?.min ?? {}), [
      ['__proto__', 5],
    ])
    assert.equal(
      encodeStats(bounds({}), odd),
      '{"numRecords":1,"minValues":{},"maxValues":{},"nullCount":{}}'.replace('1', '3'),
    )
  })

  it('hold for any values of any type', () => {
    const types: PrimitiveType[] = [
      'long',
      'double',
      'string',
      'decimal(20,4)',
      'date',
      'timestamp',
      'boolean',
      'binary',
    ]
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.integer(), fc.boolean())
    fc.assert(
      fc.property(fc.constantFrom(...types), value, (type, given) => {
        const one = [column('c', type)]
        const text = encodeStats(bounds({ c: given }), one)
        assert.equal(decodeStats({ ...addOf('a'), stats: text }, one)?.rowCount, 3)
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})

describe('bounds of texts', () => {
  // Long enough to be cut, with characters at the edges of what can be raised.
  const edges = fc.constantFrom(
    'a',
    'z',
    '\u{10FFFF}',
    '\uD7FF',
    '\uFFFF',
    '\uE000',
    '😀',
    '\u007f',
    '\u{FFFFF}',
  )
  const texts = fc.oneof(
    fc.array(edges, { minLength: 25, maxLength: 40 }).map(points => points.join('')),
    fc.string({ unit: 'binary', maxLength: 50 }),
  )

  it('enclose every text in the order of UTF-8, in at most 32 code points, and can be written as UTF-8', () => {
    fc.assert(
      fc.property(texts, text => {
        const low = lowerTextBound(text)
        const high = upperTextBound(text)
        for (const bound of [low, high]) {
          assert.ok(bound === null || (bound.isWellFormed() && [...bound].length <= 32))
        }
        assert.ok(low !== null && compareBytes(low, text) <= 0)
        assert.ok(high === null || compareBytes(text, high) <= 0)
      }),
      { seed: 6, numRuns: 1000 },
    )
  })

  it('are the texts themselves up to 32 code points', () => {
    for (const text of ['', 'a'.repeat(32), '😀'.repeat(32)]) {
      assert.equal(lowerTextBound(text), text)
      assert.equal(upperTextBound(text), text)
    }
  })

  it('are raised at the last code point that can be, or are not there', () => {
    assert.equal(upperTextBound('a'.repeat(40)), `${'a'.repeat(31)}b`)
    assert.equal(upperTextBound(`${'a'.repeat(31)}\uD7FFx`), `${'a'.repeat(31)}\uE000`)
    assert.equal(upperTextBound(`b${'\u{10FFFF}'.repeat(40)}`), 'c')
    assert.equal(upperTextBound('\u{10FFFF}'.repeat(33)), null)
    assert.equal(lowerTextBound('😀'.repeat(33)), '😀'.repeat(32))
  })

  it('of half a surrogate are not there', () => {
    assert.equal(lowerTextBound('a\ud83d'), null)
    assert.equal(upperTextBound('a\ud83d'), null)
  })
})
