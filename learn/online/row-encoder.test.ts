import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStateReader } from '../state/reader.ts'
import { createStateWriter } from '../state/writer.ts'
import { createRowEncoder, type Feature, type FeatureValue, loadRowEncoder } from './row-encoder.ts'

interface Event {
  amount: FeatureValue
  kind: FeatureValue
}

const features: Feature<Event>[] = [
  { name: 'amount', kind: 'numeric', of: event => event.amount },
  { name: 'kind', kind: 'nominal', scope: 'group', of: event => event.kind },
]

test('numbers stay, booleans become 0 and 1, anything else numeric is NaN', () => {
  const { encode } = createRowEncoder(features)
  const amounts = [1.5, true, false, null, undefined, 'text', Number.NaN, Infinity, -Infinity]
  assert.deepEqual(
    amounts.map(amount => encode({ amount, kind: null })[0]),
    [1.5, 1, 0, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN],
  )
})

test('categories get codes in order of first sight, by type as well as by value', () => {
  const encoder = createRowEncoder(features)
  const kinds = ['a', 1, '1', true, 'a', '', null, Number.NaN, false]
  assert.deepEqual(
    kinds.map(kind => encoder.encode({ amount: 0, kind })[1]),
    [0, 1, 2, 3, 0, 4, -1, -1, 5],
  )
  assert.equal(encoder.category(1, 1), 1)
  assert.equal(encoder.category(1, 2), '1')
  assert.equal(encoder.category(1, 9), undefined)
})

test('peeking learns no category', () => {
  const encoder = createRowEncoder(features)
  assert.equal(encoder.peek({ amount: 1, kind: 'new' })[1], -1)
  assert.equal(encoder.encode({ amount: 1, kind: 'first' })[1], 0)
  assert.equal(encoder.peek({ amount: 1, kind: 'first' })[1], 0)
})

test('a full dictionary takes no further category', () => {
  const encoder = createRowEncoder(features, { maxCategories: 2 })
  assert.deepEqual(
    ['a', 'b', 'c', 'a', 'd'].map(kind => encoder.encode({ amount: 0, kind })[1]),
    [0, 1, -1, 0, -1],
  )
})

test('every row is its own', () => {
  const { encode } = createRowEncoder(features)
  const first = encode({ amount: 1, kind: 'a' })
  encode({ amount: 2, kind: 'b' })
  assert.deepEqual(first, Float64Array.of(1, 0))
})

test('a loaded encoder gives the same codes and refuses other features', () => {
  const encoder = createRowEncoder(features, { maxCategories: 5 })
  const kinds = ['a', '', 2, true, false]
  for (const kind of kinds) encoder.encode({ amount: 0, kind })
  const out = createStateWriter()
  encoder.save(out)
  const state = out.finish()
  const input = createStateReader(state)
  const loaded = loadRowEncoder(input, features)
  input.end()
  assert.deepEqual(
    [...kinds, 'late'].map(kind => loaded.encode({ amount: 0, kind })[1]),
    [0, 1, 2, 3, 4, -1],
  )
  assert.deepEqual(loaded.columns, encoder.columns)
  assert.throws(() => loadRowEncoder(createStateReader(state), features.slice(1)), {
    code: 'CHECKPOINT_CORRUPT',
  })
})

test('a category of any length is kept in a bounded state, and known again from it', () => {
  const encoder = createRowEncoder(features)
  const kinds = Array.from({ length: 50 }, (_, index) => `${'x'.repeat(20_000)}${index}`)
  for (const kind of kinds) encoder.encode({ amount: 0, kind })
  const out = createStateWriter()
  encoder.save(out)
  const saved = out.finish()
  assert.ok(saved.byteLength < 10_000, `${saved.byteLength} bytes`)
  const loaded = loadRowEncoder(createStateReader(saved), features)
  kinds.forEach((kind, code) => assert.equal(loaded.peek({ amount: 0, kind })[1], code))
  assert.equal(loaded.peek({ amount: 0, kind: `${kinds[0]}0` })[1], -1)
})
