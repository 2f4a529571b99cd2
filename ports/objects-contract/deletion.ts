import assert from 'node:assert/strict'
import { type Bench, bytes, keysOf, putAll, read } from './bench.ts'

export const deletionSpecifications = ({ specification }: Bench): void => {
  specification('deletes objects, and is content with those that are not there', async objects => {
    await putAll(objects, ['a/1', 'a/2', 'a/3', 'b'])
    await objects.delete(['a/1', 'absent', 'a/3', 'a/3', 'a/1/x', 'x/y/z'])
    assert.deepEqual(await keysOf(objects), ['a/2', 'b'])
    await objects.delete(['a/1'])
    await objects.delete([])
    await objects.delete(['b'])
    assert.deepEqual(await keysOf(objects), ['a/2'])
    assert.equal(await objects.stat('b'), null)
    await assert.rejects(objects.get('b'), { code: 'NOT_FOUND' })
  })

  specification('does not delete what only begins with the key', async objects => {
    await putAll(objects, ['a/b/c', 'ab'])
    await objects.delete(['a', 'a/b'])
    assert.deepEqual(await keysOf(objects), ['a/b/c', 'ab'])
  })

  specification('leaves room for other keys where all objects are gone', async objects => {
    await putAll(objects, ['a/b/c', 'a/b/d'])
    await objects.delete(['a/b/c', 'a/b/d'])
    await objects.put('a', bytes('now an object'))
    assert.equal(await read(objects, 'a'), 'now an object')
    await objects.delete(['a'])
    await putAll(objects, ['a/b'])
    assert.deepEqual(await keysOf(objects), ['a/b'])
  })

  specification('stores objects beside others that are deleted at the same time', async objects => {
    // A folder that has just become empty must not go from under a new file.
    for (let round = 0; round < 10; round++) {
      await objects.put('a/b/old', bytes('old'))
      const created = await Promise.all([
        objects.delete(['a/b/old']),
        objects.putIfAbsent(`a/b/new-${round}`, bytes('new')),
        objects.put(`a/c/d/${round}`, bytes('new')),
        objects.delete([`a/c/d/${round - 1}`, `a/b/new-${round - 1}`]),
      ])
      assert.equal(created[1], true)
      assert.deepEqual(await keysOf(objects), [`a/b/new-${round}`, `a/c/d/${round}`])
    }
  })
}
