import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '#learn/math/random.ts'
import type { RfecvData } from '../data/selection-data.ts'
import { computeChart } from '../compute-chart.ts'
import { testRun } from '../test-run.ts'

/** Features of pure noise, but for the first `informative` ones. */
async function scoresOf({ informative, rows, seed }: { informative: number; rows: number; seed: number }) {
  const random = createRandom(seed)
  const label = Float64Array.from({ length: rows }, () => random.below(2))
  const values = Array.from({ length: 40 }, (_, column) =>
    label.map(own => (column < informative ? 2 * own : 0) + random.normal()),
  )
  const columns = values.map((_, i) => ({ name: `n${i}`, kind: 'numeric' as const }))
  const train = { rows, columns, values, extra: { label }, of: rows, seed: 1 }
  const run = { ...(await testRun('classification', { rows: 100 })), train }
  return (await computeChart({ kind: 'RFECV', run })).data as RfecvData
}

describe('recursive elimination of features', () => {
  test('finds nothing in noise: no fold chooses features by its held-out rows', async () => {
    const runs = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(seed => scoresOf({ informative: 0, rows: 300, seed })),
    )
    const best = runs.map(({ mean }) => Math.max(...mean.map(score => score ?? 0)))
    const average = best.reduce((sum, score) => sum + score, 0) / best.length
    assert.ok(average < 0.56, `held-out areas of ${best.join(', ')}`)
  })

  test('keeps what tells classes apart', async () => {
    const { features, ranking, mean, nFeatures, best } = await scoresOf({
      informative: 2,
      rows: 600,
      seed: 1,
    })
    assert.deepEqual(
      nFeatures,
      [...nFeatures].sort((a, b) => a - b),
    )
    assert.ok(nFeatures.includes(best) && Math.max(...mean.map(score => score ?? 0)) > 0.9)
    for (const name of ['n0', 'n1']) assert.ok((ranking[features.indexOf(name)] ?? 9) <= 2, `${ranking}`)
  })
})
