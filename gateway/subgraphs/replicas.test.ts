import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createReplicas } from './replicas.ts'

describe('replicas', () => {
  it('are asked in turn, except those that have just failed', () => {
    let time = 0
    const replicas = createReplicas(['a', 'b', 'c'], { restMs: 10, now: () => time })
    assert.deepEqual(
      [1, 2, 3, 4].map(() => replicas.choose()),
      ['a', 'b', 'c', 'a'],
    )
    replicas.failed('b')
    assert.equal(replicas.choose(), 'c')
    time = 10
    assert.deepEqual(
      [1, 2].map(() => replicas.choose()),
      ['c', 'a'],
    )
    assert.equal(replicas.choose(), 'b')
  })

  it('can be kept to: the first one as long as it is well, and again once it has rested', () => {
    let time = 0
    const replicas = createReplicas(['a', 'b'], { prefer: 'first', restMs: 10, now: () => time })
    assert.deepEqual(
      [1, 2, 3].map(() => replicas.choose()),
      ['a', 'a', 'a'],
    )
    replicas.failed('a')
    assert.deepEqual(
      [1, 2].map(() => replicas.choose()),
      ['b', 'b'],
    )
    time = 10
    assert.equal(replicas.choose(), 'a')
    assert.equal(replicas.choose(new Set(['a'])), 'b')
  })

  it('are all there is: where all have failed the one that did so first is asked', () => {
    let time = 0
    const replicas = createReplicas(['a', 'b'], { restMs: 10, now: () => time++ })
    replicas.failed('b')
    replicas.failed('a')
    assert.equal(replicas.choose(), 'b')
    assert.equal(replicas.choose(new Set(['a', 'b'])), null)
  })
})
