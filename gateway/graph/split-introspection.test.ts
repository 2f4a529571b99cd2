import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { getOperationAST, parse, print } from 'graphql'
import type { DocumentNode } from 'graphql'
import { splitIntrospection } from './split-introspection.ts'

function split(text: string, operationName?: string) {
  const document = parse(text)
  const operation = getOperationAST(document, operationName)
  assert.ok(operation)
  const { introspection, data } = splitIntrospection(document, operation)
  return { introspection: plain(introspection), data: plain(data) }
}

const plain = (document: DocumentNode | null) => (document ? print(document).replace(/\s+/g, ' ') : null)

describe('splitIntrospection', () => {
  it('leaves operations without introspection as they are', () => {
    assert.deepEqual(split('{ a __typename }'), { introspection: null, data: '{ a __typename }' })
    assert.deepEqual(split('mutation { a }'), { introspection: null, data: 'mutation { a }' })
  })

  it('takes introspection out, through fragments and under directives', () => {
    const text = `query Q($s: Boolean!) { a { id ...G } ...F @include(if: $s) ... on Query { t: __type(name: "X") { name } c } }
      fragment F on Query { b __schema { ...S } } fragment S on __Schema { description } fragment G on A { x }`
    assert.deepEqual(split(text), {
      introspection:
        'query Q($s: Boolean!) { ... on Query @include(if: $s) { __schema { ...S } } ... on Query { t: __type(name: "X") { name } } } fragment S on __Schema { description }',
      data: 'query Q($s: Boolean!) { a { id ...G } ... on Query @include(if: $s) { b } ... on Query { c } } fragment G on A { x }',
    })
  })

  it('has no data part when nothing else is asked, and looks at the chosen operation only', () => {
    assert.deepEqual(split('query A { __schema { description } } query B { b }', 'A'), {
      introspection: 'query A { __schema { description } }',
      data: null,
    })
    assert.equal(split('query A { __schema { description } } query B { b }', 'B').introspection, null)
  })
})
