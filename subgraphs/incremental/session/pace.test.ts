import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace } from './pace.ts'

test('models are passed over once the session has been late for a while, and are back once it has caught up', () => {
  let at = 0
  const pace = createPace({ now: () => at })
  const changes: [number, boolean][] = []
  const behind = (second: number) => (second < 30 ? 8000 : second < 60 ? 500 : 3000)
  for (let second = 0; second < 90; second++) {
    at = second * 1000
    const change = pace.note(behind(second))
    if (change) changes.push([second, change.shed])
  }
  assert.deepEqual(changes, [
    [10, true],
    [35, false],
  ])
})

test('a moment of lateness changes nothing', () => {
  let at = 0
  const pace = createPace({ now: () => at })
  for (let second = 0; second < 300; second++) {
    at = second * 1000
    assert.equal(pace.note(second % 9 === 0 ? 100 : 9000), null)
  }
})
