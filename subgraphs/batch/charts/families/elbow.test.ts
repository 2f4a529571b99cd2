import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kMeans } from '#learn/batch/clustering/k-means.ts'
import { silhouetteSamples } from '#learn/batch/clustering/silhouette-samples.ts'
import { fitDesign } from '#learn/batch/encoder/design.ts'
import { createRandom } from '#learn/math/random.ts'
import type { ElbowData } from '../data/clustering-data.ts'
import { computeChart } from '../compute-chart.ts'
import { testRun } from '../test-run.ts'

test('silhouettes by number of clusters are of rows from all of the time, not of the oldest ones', async () => {
  const rows = 2000
  const random = createRandom('places')
  // The first half of the rows is all in one place.
  const placeOf = (row: number) => (row < 1000 ? 0 : row < 1400 ? 1 : row < 1700 ? 2 : 3)
  const at = (places: readonly number[]) =>
    Float64Array.from({ length: rows }, (_, row) => (places[placeOf(row)] ?? 0) + 0.5 * random.normal())
  const columns = ['x', 'y'].map(name => ({ name, kind: 'numeric' as const }))
  const data = { rows, columns, values: [at([0, 6, 0, 6]), at([0, 0, 6, 6])] }
  const cluster = Float64Array.from({ length: rows }, (_, row) => placeOf(row))
  const run = {
    ...(await testRun('clustering', { rows: 60 })),
    train: { ...data, extra: { cluster }, of: rows, seed: 1 },
  }
  const chart = (await computeChart({ kind: 'KElbowVisualizer', run, options: { to: 6 } })).data as ElbowData
  const points = { data: fitDesign(data).all(data), width: 2 }
  chart.k.forEach((k, i) => {
    const { labels } = kMeans({ ...points, k, seed: 42, restarts: 2, maxIterations: 60 })
    const samples = silhouetteSamples({ ...points, labels, k })
    const mean = samples.reduce((sum, value) => sum + value, 0) / rows
    const shown = chart.silhouette[i] ?? Number.NaN
    assert.ok(Math.abs(shown - mean) < 0.04, `${k} clusters: ${shown} shown, ${mean} of all rows`)
  })
  assert.equal(chart.bestK, 4)
})
