import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { acceptedTypes } from './accept.ts'

describe('acceptedTypes', () => {
  it('lists types by weight, then as they stand, without those of weight zero', () => {
    assert.deepEqual(
      acceptedTypes(
        'text/html;q=0.5, Application/JSON , text/event-stream;charset=utf-8;q=0.9, a/b;q=0, */*;q=0.1',
      ),
      ['application/json', 'text/event-stream', 'text/html', '*/*'],
    )
    assert.deepEqual(acceptedTypes(undefined), [])
    assert.deepEqual(acceptedTypes(',, ;q=x'), [])
  })
})
