import assert from 'node:assert/strict'
import type { Objects } from '../objects.ts'
import { type Bench, bytes, keysOf, read } from './bench.ts'

const RACERS = 20

export const conditionSpecifications = ({ specification }: Bench): void => {
  specification('creates an object once, and leaves one that is there as it is', async objects => {
    assert.equal(await objects.putIfAbsent('log/0', bytes('first')), true)
    const before = await objects.stat('log/0')
    assert.equal(await objects.putIfAbsent('log/0', bytes('second')), false)
    assert.equal(await objects.putIfAbsent('log/0', bytes('first')), false)
    assert.equal(await read(objects, 'log/0'), 'first')
    assert.deepEqual(await objects.stat('log/0'), before)
    assert.deepEqual(await keysOf(objects), ['log/0'])
  })

  specification('does not create what put has stored, and put replaces what was created', async objects => {
    await objects.put('a', bytes('put'))
    assert.equal(await objects.putIfAbsent('a', bytes('created')), false)
    assert.equal(await objects.putIfAbsent('b', bytes('created')), true)
    await objects.put('b', bytes('put'))
    assert.deepEqual([await read(objects, 'a'), await read(objects, 'b')], ['put', 'put'])
  })

  specification('creates an object anew once it is deleted', async objects => {
    assert.equal(await objects.putIfAbsent('a/b', bytes('1')), true)
    await objects.delete(['a/b'])
    assert.equal(await objects.putIfAbsent('a/b', bytes('2')), true)
    assert.equal(await read(objects, 'a/b'), '2')
  })

  specification('creates an object without content, once', async objects => {
    assert.equal(await objects.putIfAbsent('a', new Uint8Array()), true)
    assert.equal(await objects.putIfAbsent('a', bytes('x')), false)
    assert.equal((await objects.get('a')).length, 0)
  })

  specification(`lets exactly one of ${RACERS} at once create an object`, async objects => {
    for (let round = 0; round < 5; round++) {
      const contents = Array.from({ length: RACERS }, (_, i) => `racer ${i} ${'x'.repeat(i * 500)}`)
      const outcomes = await Promise.all(
        contents.map(content => objects.putIfAbsent(`log/${round}`, bytes(content))),
      )
      assert.equal(outcomes.filter(Boolean).length, 1)
      assert.equal(await read(objects, `log/${round}`), contents[outcomes.indexOf(true)])
    }
  })

  specification(`lets exactly one of ${RACERS} with the same content create an object`, async objects => {
    const outcomes = await Promise.all(
      Array.from({ length: RACERS }, () => objects.putIfAbsent('log/0', bytes('same'))),
    )
    assert.equal(outcomes.filter(Boolean).length, 1)
  })

  specification(
    'lets writers of several instances number a log without holes or doubles',
    async (objects, tools) => {
      await using other = await tools.openAgain()
      const [WRITERS, EACH] = [4, 8]
      /** Takes the next number that is free, as commits of a table do. */
      const commit = async (store: Objects, content: string): Promise<number> => {
        for (let number = 0; ; number++) {
          if (await store.putIfAbsent(`log/${String(number).padStart(6, '0')}`, bytes(content))) return number
        }
      }
      const taken = new Map<number, string>()
      const write = async (writer: number) => {
        for (let i = 0; i < EACH; i++) {
          const content = `${writer} ${i}`
          const number = await commit(writer % 2 ? objects : other, content)
          assert.equal(taken.has(number), false)
          taken.set(number, content)
        }
      }
      await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)))
      assert.deepEqual(
        await keysOf(objects, 'log/'),
        Array.from({ length: WRITERS * EACH }, (_, number) => `log/${String(number).padStart(6, '0')}`),
      )
      for (const [number, content] of taken)
        assert.equal(await read(other, `log/${String(number).padStart(6, '0')}`), content)
    },
  )
}
