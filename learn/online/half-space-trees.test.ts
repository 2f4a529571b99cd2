import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { createHalfSpaceTrees } from './half-space-trees.ts'

const columns = [
  { name: 'a', kind: 'numeric' },
  { name: 'b', kind: 'numeric' },
  { name: 'c', kind: 'nominal' },
] as const

test('rows far from the others score higher, whatever the scale and the labels', () => {
  const random = createRandom('half-spaces')
  const learner = createHalfSpaceTrees({ columns, seed: 5 })
  for (let i = 0; i < 1000; i++) {
    const odd = i % 100 === 99
    const row = Float64Array.of(1e4 * (odd ? 9 : random.normal()), odd ? -7 : random.normal(), 0)
    assert.ok(i >= 250 || learner.predict(row) === 0)
    learner.learn(row, i % 2 === 0 ? 1 : 0)
  }
  const usual = learner.predict(Float64Array.of(0, 0, 0))
  const odd = learner.predict(Float64Array.of(8.5e4, -6.5, 0))
  assert.ok(odd > usual + 0.02, `${odd} is not above ${usual}.`)
})

test('the label is ignored', () => {
  const [a, b] = [1, 2].map(() => createHalfSpaceTrees({ columns, seed: 'same' }))
  for (let i = 0; i < 600; i++) {
    const row = Float64Array.of(i % 17, i % 5, 0)
    assert.equal(a.predict(row), b.predict(row))
    a.learn(row, 0)
    b.learn(row, 1)
  }
})

test('columns without a number among them are refused', () => {
  assert.throws(() => createHalfSpaceTrees({ columns: [{ name: 'c', kind: 'nominal' }] }), {
    code: 'INVALID_PARAMETER',
  })
})
