import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createLru } from './lru.ts'

describe('the LRU map', () => {
  it('remembers the keys used last, as a list of them does', () => {
    const key = fc.integer({ min: 0, max: 6 }).map(String)
    const step = fc.record({ kind: fc.constantFrom('get', 'set', 'delete'), key })
    fc.assert(
      fc.property(fc.array(step), fc.integer({ min: 1, max: 4 }), (steps, max) => {
        const lru = createLru<string>({ max })
        let list: string[] = []
        for (const { kind, key: name } of steps) {
          const known = list.includes(name)
          if (kind === 'get') assert.equal(lru.get(name), known ? name : undefined)
          if (kind === 'set') lru.set(name, name)
          if (kind === 'delete') assert.equal(lru.delete(name), known)
          if (kind === 'set' || (kind === 'get' && known))
            list = [...list.filter(each => each !== name), name].slice(-max)
          if (kind === 'delete') list = list.filter(each => each !== name)
          assert.equal(lru.size, list.length)
        }
      }),
    )
  })
})
