import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { INTERNAL_VERSION, versionProblem } from './internal-version.ts'

describe('versions of internal requests', () => {
  for (const [theirs, own, fits] of [
    [undefined, 5, true],
    ['4', 5, true],
    ['5', 5, true],
    ['6', 5, true],
    ['3', 5, false],
    ['7', 5, false],
    ['0', 1, false],
    ['', 5, false],
    ['5x', 5, false],
    [['5', '5'], 5, false],
    ['99999999999', 5, false],
  ] as const) {
    it(`${JSON.stringify(theirs)} ${fits ? 'fits' : 'does not fit'} ${own}`, () => {
      const problem = versionProblem(theirs, own)
      if (fits) assert.equal(problem, null)
      else
        assert.match(
          problem ?? '',
          /^Version .* of internal requests was given; \d to \d were wanted: .*one release apart\.$/,
        )
    })
  }

  it('fit themselves', () => assert.equal(versionProblem(String(INTERNAL_VERSION)), null))
})
