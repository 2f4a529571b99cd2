import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { calinskiHarabasz } from './calinski-harabasz.ts'
import { daviesBouldin } from './davies-bouldin.ts'
import { kMeans } from './k-means.ts'
import { silhouetteSamples } from './silhouette-samples.ts'
import { silhouetteScore } from './silhouette-score.ts'

/** Values of scikit-learn, see the file names; `init` gives the centres to start from. */
interface Vector {
  input: { X: number[][]; k: number; init: number[][] }
  expected: {
    labels: number[]
    centers: number[][]
    inertia: number
    n_iter: number
    silhouette_samples: number[]
    calinski_harabasz: number
    davies_bouldin: number
    elbow: { k: number; inertia: number; n_iter: number }[]
  }
}

const vectors = [101, 103].map(
  number =>
    JSON.parse(readFileSync(new URL(`vectors/clustering_${number}.json`, import.meta.url), 'utf8')) as Vector,
)

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `${actual}, ${expected}`)
}

/** Rows around `blobs` random centres, some of them twice. */
function blobs({ rows, width, count, seed }: { rows: number; width: number; count: number; seed: number }) {
  const random = createRandom(seed)
  const centers = Float64Array.from({ length: count * width }, () => 4 * random.normal())
  const data = new Float64Array(rows * width)
  for (let row = 0; row < rows; row++) {
    const from = random.below(count) * width
    for (let j = 0; j < width; j++) data[row * width + j] = centers[from + j] + random.normal()
    if (row > 0 && row % 7 === 0) data.copyWithin(row * width, (row - 1) * width, row * width)
  }
  return data
}

for (const algorithm of ['hamerly', 'lloyd'] as const) {
  test(`${algorithm} with given centres has scikit-learn's labels, iterations and scores`, () => {
    for (const { input, expected } of vectors) {
      const data = Float64Array.from(input.X.flat())
      const width = input.X[0].length
      const init = Float64Array.from(input.init.flat())
      const result = kMeans({ data, width, k: input.k, seed: 1, init, algorithm })
      assert.deepEqual(Array.from(result.labels), expected.labels)
      assert.equal(result.iterations, expected.n_iter)
      near(result.inertia, expected.inertia)
      expected.centers.flat().forEach((center, at) => near(result.centers[at], center))
      const points = { data, width, labels: result.labels, k: input.k }
      silhouetteSamples(points).forEach((value, row) => near(value, expected.silhouette_samples[row]))
      near(calinskiHarabasz(points), expected.calinski_harabasz)
      near(daviesBouldin(points), expected.davies_bouldin)
      for (const { k, inertia, n_iter } of expected.elbow) {
        const tried = kMeans({ data, width, k, seed: 1, init: data.slice(0, k * width), algorithm })
        assert.equal(tried.iterations, n_iter)
        near(tried.inertia, inertia)
      }
    }
  })
}

test('Hamerly and Lloyd agree bit for bit, whatever the data', () => {
  for (let seed = 0; seed < 12; seed++) {
    const width = 1 + (seed % 5)
    const data = blobs({ rows: 400, width, count: 3 + (seed % 4), seed })
    const options = { data, width, k: 2 + seed, seed, restarts: 2, tolerance: seed % 2 === 0 ? 0 : 1e-4 }
    assert.deepEqual(kMeans(options), kMeans({ ...options, algorithm: 'lloyd' }))
  }
})

test('a seed decides the result, and other restarts never make it worse', () => {
  const data = blobs({ rows: 300, width: 2, count: 8, seed: 5 })
  const run = (seed: number, restarts: number) => kMeans({ data, width: 2, k: 8, seed, restarts })
  assert.deepEqual(run(1, 3), run(1, 3))
  assert.ok(run(1, 10).inertia <= run(1, 1).inertia)
})

test('a result says whether it converged, or was cut short', () => {
  const data = blobs({ rows: 300, width: 2, count: 8, seed: 5 })
  for (const algorithm of ['hamerly', 'lloyd'] as const) {
    const options = { data, width: 2, k: 8, seed: 1, restarts: 1, algorithm }
    const { converged, iterations } = kMeans(options)
    assert.ok(converged && iterations > 2)
    assert.equal(kMeans({ ...options, maxIterations: 1 }).converged, false)
    assert.equal(kMeans({ ...options, maxIterations: iterations }).converged, true)
  }
  const batches = { data, width: 2, k: 8, seed: 1, miniBatch: 64 }
  assert.deepEqual(
    [kMeans(batches).converged, kMeans({ ...batches, maxIterations: 1 }).converged],
    [true, false],
  )
})

test('a cluster that loses all rows takes the farthest row', () => {
  const data = Float64Array.of(0, 1, 2, 100)
  // The last centre is nearest to none.
  const { labels, centers } = kMeans({ data, width: 1, k: 3, seed: 1, init: Float64Array.of(0, 2, 1e6) })
  assert.equal(new Set(labels).size, 3)
  assert.ok(centers.includes(100))
})

test('fewer distinct rows than clusters leave clusters empty without harm', () => {
  const data = Float64Array.of(1, 1, 1, 5, 5)
  const { labels, inertia, centers } = kMeans({ data, width: 1, k: 4, seed: 3 })
  assert.equal(new Set(labels).size, 2)
  assert.ok(inertia < 1e-20)
  assert.ok(centers.every(Number.isFinite))
})

test('a far origin costs no digits', () => {
  const data = blobs({ rows: 200, width: 2, count: 3, seed: 2 })
  const moved = data.map(value => value + 2 ** 30)
  const near = kMeans({ data, width: 2, k: 3, seed: 1, init: data.slice(0, 6) })
  const far = kMeans({ data: moved, width: 2, k: 3, seed: 1, init: moved.slice(0, 6) })
  assert.deepEqual(far.labels, near.labels)
  assert.ok(Math.abs(far.inertia / near.inertia - 1) < 1e-5)
})

test('mini-batch k-means comes close to the full one and is seeded', () => {
  const data = blobs({ rows: 4000, width: 3, count: 4, seed: 8 })
  const full = kMeans({ data, width: 3, k: 4, seed: 1 })
  const batches = kMeans({ data, width: 3, k: 4, seed: 1, restarts: 3, miniBatch: 256 })
  assert.ok(batches.inertia < 1.05 * full.inertia, `${batches.inertia}, full ${full.inertia}`)
  assert.deepEqual(batches, kMeans({ data, width: 3, k: 4, seed: 1, restarts: 3, miniBatch: 256 }))
})

test('a sampled silhouette is close to the exact one and says what it was computed on', () => {
  const data = blobs({ rows: 3000, width: 2, count: 3, seed: 4 })
  const { labels } = kMeans({ data, width: 2, k: 3, seed: 1 })
  const points = { data, width: 2, labels, k: 3, seed: 1 }
  const exact = silhouetteScore(points)
  const sampled = silhouetteScore({ ...points, sampledAbove: 2000, sample: 1500 })
  assert.deepEqual(exact.sampled, { n: 3000, of: 3000, seed: 1 })
  assert.deepEqual(sampled.sampled, { n: 1500, of: 3000, seed: 1 })
  assert.ok(Math.abs(exact.value - sampled.value) < 0.02)
})

test('bad input is told by code', () => {
  const data = Float64Array.of(1, 2, 3, 4)
  const good = { data, width: 1, k: 2, seed: 1 }
  assert.throws(() => kMeans({ ...good, data: new Float64Array(0) }), { code: 'NO_ROWS' })
  assert.throws(() => kMeans({ ...good, data: Float64Array.of(1, Number.NaN) }), { code: 'INVALID_VALUE' })
  for (const wrong of [
    { width: 3 },
    { k: 5 },
    { k: 0 },
    { k: 1.5 },
    { restarts: 0 },
    { miniBatch: 0 },
    { init: new Float64Array(3) },
  ]) {
    assert.throws(() => kMeans({ ...good, ...wrong }), { code: 'INVALID_PARAMETER' })
  }
  const one = { data, width: 1, labels: new Int32Array(4), k: 2 }
  for (const score of [silhouetteSamples, calinskiHarabasz, daviesBouldin]) {
    assert.throws(() => score(one), { code: 'FEW_CLUSTERS' })
    assert.throws(() => score({ ...one, labels: new Int32Array(3) }), { code: 'SIZE_MISMATCH' })
    assert.throws(() => score({ ...one, labels: Int32Array.of(0, 1, 2, 0) }), { code: 'INVALID_VALUE' })
  }
})
