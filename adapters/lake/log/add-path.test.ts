import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { decodeAddPath, encodeAddPath } from './add-path.ts'
import { NULL_PARTITION, partitionPath } from './partition-path.ts'

const uri = 's3://bucket/lake/t'

describe('the folder of a partition', () => {
  for (const [value, folder, path] of [
    ['2026-01-05', 'p=2026-01-05', 'p=2026-01-05'],
    ['a b', 'p=a b', 'p=a%20b'],
    ['x=y', 'p=x%3Dy', 'p=x%253Dy'],
    ['a/b', 'p=a%2Fb', 'p=a%252Fb'],
    ['50%', 'p=50%25', 'p=50%2525'],
    ['10:30', 'p=10%3A30', 'p=10%253A30'],
    ['ü∑漢😀', 'p=ü∑漢😀', 'p=%C3%BC%E2%88%91%E6%BC%A2%F0%9F%98%80'],
    ['tab\t', 'p=tab%09', 'p=tab%2509'],
    [null, `p=${NULL_PARTITION}`, `p=${NULL_PARTITION}`],
    ['', `p=${NULL_PARTITION}`, `p=${NULL_PARTITION}`],
  ] as const) {
    it(`of ${JSON.stringify(value)} is ${folder}, in the log ${path}`, () => {
      assert.equal(partitionPath(['p'], { p: value }), folder)
      assert.equal(encodeAddPath(folder), path)
      assert.equal(decodeAddPath(path, uri), folder)
    })
  }

  it('has a part for every column, whose name is escaped as well', () => {
    assert.equal(partitionPath(['a:b', 'c'], { 'a:b': '1' }), `a%3Ab=1/c=${NULL_PARTITION}`)
    assert.equal(partitionPath([], {}), '')
  })

  it('is never above the table, nor deeper than its columns', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), value => {
        const path = partitionPath(['p'], { p: value })
        assert.ok(!path.includes('/'))
        assert.ok(path !== '..')
      }),
      { seed: 2 },
    )
  })
})

describe('the path of a file in the log', () => {
  it('keeps any name, as a URI of plain characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), name => {
        const path = encodeAddPath(`a/${name}`)
        assert.match(path, /^[A-Za-z0-9_.!~*'()=%/-]+$/)
        assert.equal(decodeAddPath(path, uri), `a/${name}`)
      }),
      { seed: 3, numRuns: 500 },
    )
  })

  it('may be absolute below the table, and is nothing elsewhere', () => {
    assert.equal(decodeAddPath('s3://bucket/lake/t/a%20b', uri), 'a b')
    assert.equal(decodeAddPath('s3://bucket/lake/t2/a', uri), null)
    assert.equal(decodeAddPath('file:/data/lake/t/a', 'file:///data/lake/t'), 'a')
    assert.equal(decodeAddPath('/data/lake/t/a', 'file:///data/lake/t'), 'a')
    assert.equal(decodeAddPath('/etc/passwd', 'file:///data/lake/t'), null)
  })

  it('with a stray percent sign is taken as it is', () => {
    assert.equal(decodeAddPath('p=50%/a', uri), 'p=50%/a')
  })
})
