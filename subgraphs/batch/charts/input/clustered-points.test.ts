import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { silhouetteSamples } from '#learn/batch/clustering/silhouette-samples.ts'
import { fitEncoder } from '#learn/batch/encoder/encoder.ts'
import { createRandom } from '#learn/math/random.ts'
import { ecci } from '#use-cases/ecci.ts'
import { trainClusters } from '../../training/learners/train-clusters.ts'
import { readSpec } from '../../training/read-spec.ts'
import type { InterclusterDistanceData, SilhouetteData } from '../data/clustering-data.ts'
import type { ManifoldData } from '../data/features-data.ts'
import { computeChart } from '../compute-chart.ts'
import type { RunData } from '../run-data.ts'
import { testRun } from '../test-run.ts'
import { clusteredPoints } from './clustered-points.ts'

const GROUPS = 180

/** Customers of one to nine events that wander around one of three places; how a clustering of customers sees them. */
async function customers(): Promise<{ run: RunData; metrics: Readonly<Record<string, number>> }> {
  const random = createRandom(3)
  const groups = Int32Array.from(
    Array.from({ length: GROUPS }, (_, group) => Array<number>(1 + random.below(9)).fill(group)).flat(),
  )
  const near = (place: number) => Float64Array.from(groups, group => ((group + place) % 3) + random.normal())
  const data = {
    rows: groups.length,
    columns: ['x', 'y', 'z'].map(name => ({ name, kind: 'numeric' as const })),
    values: [near(0), near(1), near(2)],
  }
  const eventTimes = new Float64Array(data.rows)
  const parameters = { kFrom: 3, kTo: 3 }
  const found = await trainClusters({
    useCase: ecci,
    spec: readSpec({ useCase: ecci, input: { learner: 'k-means', segment: 'CUSTOMERS', parameters } }),
    data: {
      encoder: fitEncoder(data),
      train: { data, labels: new Float64Array(0), eventTimes },
      validation: null,
      test: null,
      windows: [],
      notes: [],
    },
    groups,
    sequences: null,
    signal: new AbortController().signal,
    onTried: () => {},
  })
  const cluster = Float64Array.from(found.clusters)
  const extra = { cluster, eventTime: eventTimes, group: Float64Array.from(groups) }
  const train = { ...data, extra, of: data.rows, seed: 1 }
  return {
    run: { ...(await testRun('clustering', { rows: 60 })), model: found.model, train },
    metrics: found.metrics,
  }
}

describe('charts of clustered customers', () => {
  let run: RunData
  let metrics: Readonly<Record<string, number>>
  before(async () => {
    const made = await customers()
    run = made.run
    metrics = made.metrics
  })

  test('count customers, not their events', async () => {
    assert.ok(run.train.rows > 3 * GROUPS)
    const { data, sampled } = await computeChart({ kind: 'SilhouetteVisualizer', run })
    assert.deepEqual(sampled, { n: GROUPS, of: GROUPS, seed: 42 })
    const { clusters } = data as SilhouetteData
    assert.equal(
      clusters.reduce((sum, { size }) => sum + size, 0),
      GROUPS,
    )
  })

  test('have the average silhouette that the run was given as its metric', async () => {
    const { data } = await computeChart({ kind: 'Silhouette', run })
    const { average } = data as SilhouetteData
    assert.ok(Math.abs((average ?? Number.NaN) - (metrics['silhouette'] ?? Number.NaN)) < 1e-12)
    const { group: _, ...byRow } = run.train.extra
    const rows = clusteredPoints({ ...run, train: { ...run.train, extra: byRow } }, 6000, 42)
    const samples = silhouetteSamples(rows)
    const ofRows = samples.reduce((sum, value) => sum + value, 0) / samples.length
    assert.ok(ofRows < (average ?? 0) - 0.1, 'single events would look less clustered than customers are')
  })

  test('say how many customers each cluster has, whatever was drawn', async () => {
    const { data, sampled } = await computeChart({
      kind: 'InterclusterDistance',
      options: { sample: 50 },
      run,
    })
    assert.deepEqual([sampled.n, sampled.of], [50, GROUPS])
    const { centers } = data as InterclusterDistanceData
    assert.equal(
      centers.reduce((sum, { size }) => sum + size, 0),
      GROUPS,
    )
  })

  test('lay out a point a customer', async () => {
    const { data, sampled } = await computeChart({
      kind: 'Manifold',
      options: { sample: 60, iterations: 50 },
      run,
    })
    const { points } = data as ManifoldData
    assert.equal(points.length, 60)
    assert.deepEqual([sampled.n, sampled.of], [60, GROUPS])
    assert.deepEqual([...new Set(points.map(({ target }) => target))].sort(), [0, 1, 2])
  })

  test('do without customers of whom no row was kept', () => {
    const { train } = run
    const rows = [...Array(train.rows).keys()].filter(row => train.extra['group']?.[row] !== 7)
    const kept = (values: ArrayLike<number>) => Float64Array.from(rows, row => values[row] as number)
    const extra = Object.fromEntries(Object.entries(train.extra).map(([name, of]) => [name, kept(of)]))
    const fewer = { ...train, rows: rows.length, values: train.values.map(kept), extra }
    const { data, width, labels, sampled } = clusteredPoints({ ...run, train: fewer }, 6000, 42)
    assert.deepEqual([data.length, labels.length, sampled.of], [(GROUPS - 1) * width, GROUPS - 1, GROUPS - 1])
  })

  test('are refused without clusters', () => {
    const { group } = run.train.extra
    const nothing = { ...run, train: { ...run.train, extra: { group: group as Float64Array } } }
    assert.throws(() => clusteredPoints(nothing, 100, 1), {
      code: 'CHART_DATA_MISSING',
      message: /kept 0 groups with a cluster, wanted at least 3/,
    })
  })
})
