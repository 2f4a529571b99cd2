import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '#learn/state/reader.ts'
import { createStateWriter } from '#learn/state/writer.ts'
import { createRecentIds, loadRecentIds } from './recent-ids.ts'

test('recent ids agree with a set of the last ids, across growth and eviction', () => {
  const capacity = 5000
  const ids = createRecentIds({ capacity })
  const window: string[] = []
  for (let i = 0; i < 20_000; i++) {
    const id = `id-${(i * 7919) % 9000}`
    const fresh = !window.includes(id)
    assert.equal(ids.add(id), fresh, id)
    if (!fresh) continue
    window.push(id)
    if (window.length > capacity) window.shift()
    if (i > 7000 && i % 50 !== 0) i += 49
  }
  assert.equal(ids.size, capacity)
})

test('recent ids continue after a reload as if nothing had happened', () => {
  const ids = createRecentIds({ capacity: 100 })
  for (let i = 0; i < 250; i++) ids.add(`a${i}`)
  const out = createStateWriter()
  ids.save(out)
  const loaded = loadRecentIds(createStateReader(out.finish()))
  for (let i = 100; i < 300; i++) assert.equal(loaded.add(`a${i}`), ids.add(`a${i}`), `a${i}`)
  assert.equal(loaded.size, ids.size)
})
