import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createSharedMessage } from './shared-message.ts'

describe('a shared message', () => {
  it('is the JSON of its result, with what was dropped added to the count it has', () => {
    const extensions = fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: undefined })
    const data = fc.option(fc.dictionary(fc.string(), fc.jsonValue()), { nil: null })
    fc.assert(
      fc.property(
        data,
        extensions,
        fc.nat(9),
        fc.option(fc.nat(9), { nil: undefined }),
        (content, more, dropped, own) => {
          const all = own === undefined ? more : { ...more, dropped: own }
          const { json } = createSharedMessage({ data: content, ...(all && { extensions: all }) })
          const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
          assert.deepEqual(JSON.parse(json()), plain({ data: content, ...(all && { extensions: all }) }))
          if (dropped === 0) return
          const before = typeof all?.dropped === 'number' ? all.dropped : 0
          assert.deepEqual(
            JSON.parse(json(dropped)),
            plain({ data: content, extensions: { ...all, dropped: before + dropped } }),
          )
        },
      ),
    )
  })

  it('has errors before data, and no data where there was none', () => {
    const errors = [{ message: 'x' }]
    assert.equal(
      createSharedMessage({ data: null, errors }).json(),
      '{"errors":[{"message":"x"}],"data":null}',
    )
    assert.equal(createSharedMessage({ errors }).json(), '{"errors":[{"message":"x"}]}')
  })
})
