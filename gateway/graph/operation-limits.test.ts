import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildSchema, parse, validate } from 'graphql'
import { operationLimits } from './operation-limits.ts'

const schema = buildSchema('type Query { a: Query b(x: Float): Int }')

function refusals(text: string, limits = {}): string[] {
  return validate(schema, parse(text), [operationLimits(limits)]).map(({ message }) => message)
}

const nested = (levels: number) => `${'{ a '.repeat(levels - 1)}{ b }${' }'.repeat(levels - 1)}`

test('an operation may be as deep as the limit', () => {
  assert.deepEqual(refusals(nested(64)), [])
  assert.deepEqual(refusals(nested(65)), ['The operation is nested too deeply; at most 64 levels wanted.'])
  assert.equal(refusals(nested(1500)).length, 1)
  assert.equal(refusals(`{ a ${'{ ... '.repeat(100)}{ b }${' }'.repeat(100)} }`).length, 1)
})

test('fragments count where they are put, and neither a chain nor a circle of them is an end', () => {
  const bomb = Array.from(
    { length: 20 },
    (_, i) => `fragment F${i} on Query { x: a { ...F${i + 1} } y: a { ...F${i + 1} } }`,
  )
  const text = ['{ ...F0 }', ...bomb, 'fragment F20 on Query { b }'].join('\n')
  assert.match(refusals(text)[0] ?? '', /^The operation has \d{7} selections, at most 10000 wanted\.$/)
  const chain = Array.from({ length: 4000 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} }`)
  assert.equal(refusals(['{ ...F0 }', ...chain].join('\n')).length, 1)
  assert.deepEqual(refusals('{ ...A } fragment A on Query { a { ...B } } fragment B on Query { ...A }'), [])
  assert.deepEqual(refusals('{ ...Missing }'), [])
})

test('selections of each operation are counted apart', () => {
  const limits = { maxSelections: 3 }
  assert.deepEqual(refusals('query A { a { b } } query B { a { a { b } } }', limits), [])
  assert.equal(refusals('query A { a { b } } query B { a { a { b x: b } } }', limits).length, 1)
})

test('numbers are finite', () => {
  assert.deepEqual(refusals('{ b(x: 1e308) }'), [])
  assert.deepEqual(refusals('{ b(x: -1e400) }'), ['-1e400 given, a finite number wanted.'])
  assert.equal(refusals(`{ b(x: ${'9'.repeat(400)}) }`).length, 1)
})
