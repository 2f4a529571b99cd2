import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createIdIndex } from './id-index.ts'

describe('an index of ids', () => {
  it('numbers ids as a map of them would, however many there are', () => {
    const index = createIdIndex(4)
    const map = new Map<string, number>()
    for (let i = 0; i < 60_000; i++) {
      const id = `id-${(i * 7919) % 45_000}`
      if (!map.has(id)) map.set(id, map.size)
      assert.equal(index.add(id), map.get(id))
    }
    assert.equal(index.size, map.size)
    for (const [id, number] of map) assert.equal(index.find(id), number)
    assert.equal(index.find('never'), -1)
  })
})
