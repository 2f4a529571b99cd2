import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lengthProblem, MAX_EVENT_LENGTH, nestingProblem } from './event-bounds.ts'
import { useCases } from './index.ts'
import { createEventParser } from './parse.ts'
import { testSettings } from './test-sources.ts'

/** Lists within lists, the innermost empty. */
function nested(levels: number): unknown {
  let value: unknown = []
  for (let level = 1; level < levels; level++) value = [value]
  return value
}

test('an event may be as long as the bound', () => {
  assert.equal(lengthProblem(MAX_EVENT_LENGTH), null)
  assert.equal(lengthProblem(MAX_EVENT_LENGTH + 1)?.field, '$')
})

test('members may be nested, and not for ever', () => {
  assert.equal(nestingProblem({ a: nested(31), b: { c: null } }), null)
  assert.equal(nestingProblem({ b: 1, a: nested(32) })?.field, '$')
  assert.equal(nestingProblem({ a: nested(100_000) })?.given, 'nested deeply')
})

for (const useCase of useCases) {
  test(`an event of ${useCase.id} that is too long or too deep is refused, whatever its members`, () => {
    const { record } = useCase.generate(testSettings({ mode: 'parity' })).next()
    const parse = createEventParser(useCase)
    const read = (more: object) => parse(JSON.stringify({ ...record, ...more }))
    assert.ok(read({ note: nested(30) }).ok)
    for (const more of [{ note: 'x'.repeat(MAX_EVENT_LENGTH) }, { note: nested(50) }]) {
      const parsed = read(more)
      assert.ok(!parsed.ok)
      assert.deepEqual(
        parsed.problems.map(({ field }) => field),
        ['$'],
      )
    }
    assert.ok(!parse(new Uint8Array(MAX_EVENT_LENGTH + 1).fill(32)).ok)
  })
}
