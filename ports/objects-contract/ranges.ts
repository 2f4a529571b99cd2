import assert from 'node:assert/strict'
import { type Bench, bytes, textOf } from './bench.ts'

const CONTENT = '0123456789'

export const rangeSpecifications = ({ specification }: Bench): void => {
  specification('reads the bytes from start up to end', async objects => {
    await objects.put('a', bytes(CONTENT))
    for (const [start, end] of [
      [0, 1],
      [0, 10],
      [3, 7],
      [9, 10],
      [9, undefined],
      [0, undefined],
      [4, undefined],
    ] as const) {
      const range = end === undefined ? { start } : { start, end }
      assert.equal(textOf(await objects.get('a', range)), CONTENT.slice(start, end), JSON.stringify(range))
    }
  })

  specification('reads what there is of a range that goes beyond the end', async objects => {
    await objects.put('a', bytes(CONTENT))
    await objects.put('none', new Uint8Array())
    assert.equal(textOf(await objects.get('a', { start: 8, end: 100 })), '89')
    for (const range of [{ start: 10 }, { start: 11 }, { start: 1000, end: 2000 }, { start: 4, end: 4 }])
      assert.equal((await objects.get('a', range)).length, 0, JSON.stringify(range))
    for (const range of [{ start: 0 }, { start: 0, end: 0 }, { start: 0, end: 9 }, { start: 1 }])
      assert.equal((await objects.get('none', range)).length, 0, JSON.stringify(range))
  })

  specification('refuses what is no range', async objects => {
    await objects.put('a', bytes(CONTENT))
    for (const range of [
      { start: -1 },
      { start: 0.5 },
      { start: Number.NaN },
      { start: 4, end: 3 },
      { start: 0, end: -1 },
      { start: 0, end: 2 ** 60 },
    ])
      await assert.rejects(objects.get('a', range), { code: 'INVALID_ARGUMENT' }, JSON.stringify(range))
  })

  specification('has neither content nor range of an object that is not there', async objects => {
    await objects.put('folder/object', bytes('x'))
    for (const key of ['absent', 'folder', 'folder/absent', 'folder/object2', 'folder/obj']) {
      assert.equal(await objects.stat(key), null, key)
      await assert.rejects(objects.get(key), { code: 'NOT_FOUND' }, key)
      await assert.rejects(objects.get(key, { start: 5 }), { code: 'NOT_FOUND' }, key)
      await assert.rejects(objects.get(key, { start: 0, end: 0 }), { code: 'NOT_FOUND' }, key)
    }
  })
}
