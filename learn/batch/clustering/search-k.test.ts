import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { elbowOf } from './elbow.ts'
import { groupMeans } from './group-means.ts'
import { searchK } from './search-k.ts'

const random = createRandom(1)
/** Four corners of a square, 50 rows around each. */
const data = Float64Array.from(
  { length: 400 },
  (_, at) => 10 * (at % 2 === 0 ? (at >> 1) & 1 : (at >> 2) & 1) + random.normal(),
)

test('the search finds the number of blobs, by silhouette and by elbow, and tells of every try', async () => {
  const told: number[][] = []
  const { best, tries, elbow } = await searchK({
    data,
    width: 2,
    from: 2,
    to: 8,
    seed: 1,
    onTry: (tried, so) => told.push([tried.k, so.k]),
  })
  assert.equal(best.k, 4)
  assert.equal(best.labels.length, 200)
  assert.equal(elbow, 4)
  assert.deepEqual(
    tries.map(({ k }) => k),
    [2, 3, 4, 5, 6, 7, 8],
  )
  assert.deepEqual(told.slice(-1), [[8, 4]])
  assert.ok(tries.every(({ inertia }, i) => i === 0 || inertia < tries[i - 1].inertia))
})

test('timers come through between tries, and an aborted signal stops the search after the one under way', async () => {
  const stop = new AbortController()
  let ticks = 0
  let tries = 0
  const search = searchK({
    data,
    width: 2,
    seed: 1,
    onTry: () => {
      tries++
      setImmediate(() => {
        ticks++
        if (tries === 3) stop.abort()
      })
    },
    signal: stop.signal,
  })
  await assert.rejects(search, { code: 'STOPPED' })
  assert.ok(tries <= 4 && ticks >= 3, `${tries} tries, ${ticks} ticks`)
  await assert.rejects(searchK({ data, width: 2, seed: 1, signal: AbortSignal.abort() }), { code: 'STOPPED' })
})

test('rows that are all equal have no silhouette and no elbow, but a result', async () => {
  const { best, elbow } = await searchK({ data: new Float64Array(20).fill(3), width: 1, to: 4, seed: 1 })
  assert.ok(Number.isNaN(best.silhouette))
  assert.equal(best.inertia, 0)
  assert.equal(elbow, null)
})

test('impossible ranges are told by code', async () => {
  for (const range of [{ from: 1 }, { from: 5, to: 4 }, { to: 201 }]) {
    await assert.rejects(searchK({ data, width: 2, seed: 1, ...range }), { code: 'INVALID_PARAMETER' })
  }
})

test('the elbow is where kneedle finds it', () => {
  // Values of kneed 0.9.0: convex, decreasing, sensitivity 1.
  const ks = [2, 3, 4, 5, 6, 7, 8]
  assert.deepEqual(elbowOf(ks, [100, 60, 20, 18, 16, 15, 14]), { k: 4, score: 20 })
  assert.equal(elbowOf(ks, [70, 60, 50, 40, 30, 20, 10]), null)
  assert.equal(elbowOf([2, 3], [5, 1]), null)
})

test('the profile of a group is the mean of its rows', () => {
  const rows = Float64Array.of(1, 10, 3, 30, 5, 50)
  assert.deepEqual(
    groupMeans({ data: rows, width: 2, groups: Int32Array.of(1, 0, 1) }),
    Float64Array.of(3, 30, 3, 30),
  )
  assert.throws(() => groupMeans({ data: rows, width: 2, groups: Int32Array.of(0, 2, 0) }), {
    code: 'INVALID_VALUE',
  })
  assert.throws(() => groupMeans({ data: rows, width: 2, groups: Int32Array.of(0) }), {
    code: 'SIZE_MISMATCH',
  })
})
