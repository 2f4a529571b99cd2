import assert from 'node:assert/strict'
import { type Bench, collect, keysOf, putAll } from './bench.ts'

/** In the order of their UTF-8 bytes, which is neither that of folders nor that of JavaScript. */
const ORDERED = [
  'Z/x',
  'a b+c/x',
  'a!',
  'a-b/x',
  'a/_/x',
  'a/b/c',
  'a/b/d',
  'a/b-c',
  'a/bc',
  'a0',
  'ab/c',
  'event_date=2026-01-05/part%3A0.parquet',
  'é/x',
  '\uFF21/x',
  '\u{1F600}/x',
]
  .map(key => ({ key, bytes: Buffer.from(key) }))
  .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
  .map(({ key }) => key)

export const listSpecifications = ({ specification }: Bench): void => {
  specification('lists keys in the order of their UTF-8 bytes', async objects => {
    assert.deepEqual(await keysOf(objects), [])
    await putAll(objects, ORDERED)
    assert.deepEqual(await keysOf(objects), ORDERED)
    assert.deepEqual(ORDERED.slice(-2), ['\uFF21/x', '\u{1F600}/x'])
  })

  specification('takes a prefix as the beginning of keys, whether or not it ends a part', async objects => {
    await putAll(objects, ORDERED)
    for (const prefix of [
      'a',
      'a/',
      'a/b',
      'a/b/',
      'a/b/c',
      'a/b/c/',
      'ab',
      'b',
      'é',
      'event_date=2026',
      'x/y/z',
      '\uFF21',
    ])
      assert.deepEqual(
        await keysOf(objects, prefix),
        ORDERED.filter(key => key.startsWith(prefix)),
        prefix,
      )
  })

  specification('lists only keys behind another, whether or not that one is there', async objects => {
    await putAll(objects, ORDERED)
    const isBehind = (key: string, after: string) => Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0
    for (const after of [
      ...ORDERED,
      'a',
      'a/',
      'a/b',
      'a/b/cc',
      'a/zzz',
      '0',
      '~',
      '\uFF21',
      '\u{1F600}/x/y',
    ])
      for (const prefix of ['', 'a/', 'a/b'])
        assert.deepEqual(
          await keysOf(objects, prefix, { after }),
          ORDERED.filter(key => key.startsWith(prefix) && isBehind(key, after)),
          `${prefix} behind ${after}`,
        )
  })

  specification('lists more objects than a page of any store has, and deletes them', async objects => {
    const keys = Array.from({ length: 1234 }, (_, i) => `log/${String(i).padStart(20, '0')}.json`)
    await putAll(objects, keys)
    assert.deepEqual(await keysOf(objects, 'log/'), keys)
    assert.deepEqual(await keysOf(objects, 'log/', { after: keys[1200]! }), keys.slice(1201))
    await objects.delete(keys)
    assert.deepEqual(await keysOf(objects), [])
  })

  specification('lists as far as it is asked to', async objects => {
    await putAll(objects, ORDERED)
    const seen: string[] = []
    for await (const { key } of objects.list('')) {
      seen.push(key)
      if (seen.length === 3) break
    }
    assert.deepEqual(seen, ORDERED.slice(0, 3))
  })

  specification('lists what stays while other objects are deleted and written', async objects => {
    const keys = Array.from({ length: 60 }, (_, i) => `a/${String(i).padStart(3, '0')}/x`)
    await putAll(objects, keys)
    const stays = keys.filter((_, i) => i % 3 === 0)
    const change = async () => {
      for (const [i, key] of keys.entries()) {
        if (i % 3 !== 0) await objects.delete([key])
        await putAll(objects, [`b/${i}`])
      }
    }
    const look = async () => {
      for (let i = 0; i < 5; i++) {
        const seen = (await collect(objects, 'a/')).map(({ key }) => key)
        assert.deepEqual(
          seen.filter(key => stays.includes(key)),
          stays,
        )
        assert.deepEqual(seen, [...new Set(seen)].sort())
      }
    }
    await Promise.all([change(), look()])
    assert.deepEqual(await keysOf(objects, 'a/'), stays)
  })
}
