import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { mergeRepresentations } from './merge-representations.ts'

const product = (id: number) => ({ __typename: 'Product', id })
const callers = fc.array(fc.array(fc.integer({ min: 0, max: 5 }).map(product), { maxLength: 6 }), {
  minLength: 1,
  maxLength: 5,
})

describe('mergeRepresentations', () => {
  it('asks for each entity once, and gives every caller its own, in its order', () => {
    fc.assert(
      fc.property(callers, wanted => {
        const { representations, split } = mergeRepresentations(wanted)
        const texts = representations.map(each => JSON.stringify(each))
        assert.equal(new Set(texts).size, texts.length)
        const entities = representations.map(each => ({ name: `entity ${JSON.stringify(each)}` }))
        const parts = split({ data: { _entities: entities } })
        assert.deepEqual(
          parts.map(({ data }) => data?._entities),
          wanted.map(list => list.map(each => ({ name: `entity ${JSON.stringify(each)}` }))),
        )
        const given = parts.flatMap(({ data }) => data?._entities as object[])
        assert.equal(new Set(given).size, given.length, 'no two share an object')
      }),
    )
  })

  it('maps errors to those who asked for the entity, under their own positions', () => {
    const { split } = mergeRepresentations([[product(1), product(2)], [product(2), product(2)], [product(3)]])
    const about2 = { message: 'no 2', path: ['_entities', 1, 'stock'], extensions: { code: 'X' } }
    const parts = split({ data: { _entities: [{}, null, {}] }, errors: [about2] })
    assert.deepEqual(
      parts.map(({ errors }) => errors?.map(({ path }) => path)),
      [
        [['_entities', 1, 'stock']],
        [
          ['_entities', 0, 'stock'],
          ['_entities', 1, 'stock'],
        ],
        undefined,
      ],
    )
    assert.deepEqual(parts[1]?.data, { _entities: [null, null] })
  })

  it('gives errors without a position, and missing data, to everyone', () => {
    const { split } = mergeRepresentations([[product(1)], [product(2)]])
    const error = { message: 'down', extensions: { code: 'SUBGRAPH_UNREACHABLE' } }
    assert.deepEqual(split({ errors: [error] }), [{ errors: [error] }, { errors: [error] }])
    assert.deepEqual(split({ data: null }), [{ data: null }, { data: null }])
  })
})
