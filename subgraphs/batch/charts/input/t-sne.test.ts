import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '#learn/math/random.ts'
import { trustworthiness } from '#learn/batch/statistics/trustworthiness.ts'
import { nearShares } from './near-shares.ts'
import { tSne } from './t-sne.ts'

const WIDTH = 5

/** Three groups far from each other, row after row of another one. */
function groups(rows: number): Float64Array {
  const random = createRandom(9)
  return Float64Array.from({ length: rows * WIDTH }, (_, at) => {
    const [row, column] = [Math.floor(at / WIDTH), at % WIDTH]
    return random.normal() + (column === row % 3 ? 12 : 0)
  })
}

describe('shares of neighbours', () => {
  test('sum up to one half over pairs, and have the perplexity that is asked for', () => {
    const data = Float64Array.from({ length: 40 }, (_, i) => i)
    const pairs = nearShares(data, 1, 5)
    assert.ok(Math.abs(pairs.reduce((sum, share) => sum + share, 0) - 0.5) < 1e-9)
    assert.ok((pairs[0] ?? 0) > (pairs[1] ?? 0), 'the nearer the more')
  })

  test('of equal rows are equal', () => {
    const pairs = nearShares(new Float64Array(30), 3, 3)
    assert.ok(pairs.every(share => Math.abs(share - 0.5 / 45) < 1e-12))
  })
})

describe('t-SNE', () => {
  const data = groups(150)
  const options = { data, width: WIDTH, perplexity: 15, iterations: 250, seed: 3 }

  test('keeps neighbours together', () => {
    const { points, klDivergence } = tSne(options)
    assert.ok((trustworthiness({ data, width: WIDTH, embedding: points }) ?? 0) > 0.9)
    assert.ok(klDivergence > 0 && klDivergence < 1, `${klDivergence}`)
    const centre = (group: number) => {
      const own = Array.from({ length: 50 }, (_, i) => 3 * i + group)
      return [0, 1].map(axis => own.reduce((sum, row) => sum + (points[2 * row + axis] ?? 0) / 50, 0))
    }
    const centres = [0, 1, 2].map(centre)
    for (let row = 0; row < 150; row++) {
      const distances = centres.map(([x = 0, y = 0]) =>
        Math.hypot((points[2 * row] ?? 0) - x, (points[2 * row + 1] ?? 0) - y),
      )
      assert.equal(distances.indexOf(Math.min(...distances)), row % 3)
    }
  })

  test('gives the same layout for the same seed', () => {
    const few = { ...options, iterations: 40 }
    assert.deepEqual(tSne(few), tSne(few))
    assert.notDeepEqual(tSne({ ...few, seed: 4 }).points, tSne(few).points)
  })

  test('loses less the longer it goes on', () => {
    const [early, late] = [100, 300].map(iterations => tSne({ ...options, iterations }).klDivergence)
    assert.ok((late ?? 0) < (early ?? 0))
  })

  test('stays finite on equal rows', () => {
    const { points } = tSne({ ...options, data: new Float64Array(20 * WIDTH), perplexity: 5 })
    assert.ok(points.every(Number.isFinite))
  })
})
