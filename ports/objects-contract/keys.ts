import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Bench, bytes, keysOf, read } from './bench.ts'

const GOOD = [
  'a',
  '...',
  '.hidden/..a/b..',
  'a b/ c ',
  'event_date=2026-01-05/part-00000.zstd.parquet',
  'at=2026-01-05%2000%3A00%3A00/100%25+1&x=#1?.json',
  'quotes \' and "',
  'é/e\u0301/\u{1F600}',
  `long/${'x'.repeat(200)}/${'y'.repeat(200)}`,
]
const BAD_PARTS = [
  '/a',
  'a//b',
  '.',
  '..',
  'a/../b',
  '../a',
  './a',
  'a/./b',
  'a\\b',
  'a\0b',
  'a\nb',
  'a\uD800b',
]
const BAD = ['', 'a/', 'a/..', 'a/.', '/', 'x'.repeat(1025), ...BAD_PARTS]

export const keySpecifications = ({ specification }: Bench): void => {
  specification('takes keys of any letters and signs, each for itself', async objects => {
    for (const key of GOOD) assert.equal(await objects.putIfAbsent(key, bytes(key)), true, key)
    for (const key of GOOD) {
      assert.equal(await read(objects, key), key)
      assert.equal((await objects.stat(key))?.key, key)
      assert.ok((await keysOf(objects, key)).includes(key), key)
    }
    assert.deepEqual((await keysOf(objects)).toSorted(), GOOD.toSorted())
    await objects.delete(GOOD)
    assert.deepEqual(await keysOf(objects), [])
  })

  specification(
    'refuses keys that are empty, absolute, leave the store, or mean two things',
    async (objects, tools) => {
      const path = join(tools.folder, 'file')
      await writeFile(path, 'x')
      const invalid = { code: 'INVALID_ARGUMENT' }
      for (const key of BAD) {
        const named = JSON.stringify(key.slice(0, 40))
        await assert.rejects(objects.put(key, bytes('x')), invalid, named)
        await assert.rejects(objects.putIfAbsent(key, bytes('x')), invalid, named)
        await assert.rejects(objects.putFile(key, path), invalid, named)
        await assert.rejects(objects.get(key), invalid, named)
        await assert.rejects(objects.stat(key), invalid, named)
        await assert.rejects(objects.localFile(key), invalid, named)
        await assert.rejects(objects.delete(['a', key]), invalid, named)
      }
      assert.deepEqual(await keysOf(objects), [])
    },
  )

  specification('refuses prefixes that no key can begin with', async objects => {
    await objects.put('a/b', bytes('x'))
    for (const prefix of ['/', '/a', '../', '../a', 'a//', 'a/../', './', 'a\\', 'a\0'])
      await assert.rejects(keysOf(objects, prefix), { code: 'INVALID_ARGUMENT' }, JSON.stringify(prefix))
  })
}
