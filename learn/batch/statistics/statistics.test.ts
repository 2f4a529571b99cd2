import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { argsort } from './argsort.ts'
import { balancedBinning } from './balanced-binning.ts'
import { correlation, correlationMatrix } from './correlation.ts'
import { histogram } from './histogram.ts'
import { kendall, kendallSide } from './kendall.ts'
import { normalQuantile } from './normal-quantile.ts'
import { percentiles } from './percentiles.ts'
import { ranks } from './ranks.ts'
import { samplePositions } from './sample-positions.ts'
import { shapiroWilk } from './shapiro-wilk.ts'
import { createSum } from './sum.ts'

const random = createRandom(3)
const normal = (length: number) => Float64Array.from({ length }, () => random.normal())

test('argsort orders every kind of number, stably, with NaN last and -0 equal to 0', () => {
  const values = [0, -0, 5, -Infinity, NaN, 1e-310, -1e300, Infinity, 5, -2, 0]
  assert.deepEqual([...argsort(values)], [3, 6, 9, 0, 1, 10, 5, 2, 8, 7, 4])
  const many = normal(5000)
  assert.deepEqual(
    Float64Array.from(argsort(many), row => many[row]),
    many.slice().sort(),
  )
  assert.deepEqual([...argsort([])], [])
})

test('ranks of equal values are their mean', () => {
  assert.deepEqual([...ranks([3, 1, 3, 2])], [3.5, 1, 3.5, 2])
})

test('a sum keeps what a large term would swallow', () => {
  const sum = createSum()
  for (const value of [1, 1e100, 1, -1e100]) sum.add(value)
  assert.equal(sum.value(), 2)
})

test('percentiles interpolate between neighbours', () => {
  assert.deepEqual(percentiles([10, 20, 40], [0, 0.25, 0.5, 0.75, 1]), [10, 15, 20, 30, 40])
  assert.deepEqual(percentiles([], [0.5]), [])
})

test('the normal quantile inverts the distribution in the centre and far out', () => {
  // Values of scipy.special.ndtri.
  const wanted = [
    [1e-300, -37.0470962993612],
    [1e-10, -6.361340902404056],
    [0.01, -2.3263478740408408],
    [0.3, -0.5244005127080407],
    [0.975, 1.959963984540054],
  ] as const
  for (const [p, z] of wanted) assert.ok(Math.abs(normalQuantile(p) / z - 1) < 1e-15, `${p}`)
  assert.deepEqual([normalQuantile(0), normalQuantile(0.5), normalQuantile(1)], [-Infinity, 0, Infinity])
  assert.ok(Number.isNaN(normalQuantile(1.1)) && Number.isNaN(normalQuantile(NaN)))
})

describe('a histogram', () => {
  test('puts a value on an edge into the bin above, the largest into the last', () => {
    assert.deepEqual(histogram([0, 1, 2, 3, 4], { bins: 4 }), {
      edges: [0, 1, 2, 3, 4],
      counts: [1, 1, 1, 2],
      left: 0,
    })
  })

  test('leaves missing values out, and has half a unit around equal ones', () => {
    const { edges, counts, left } = histogram([5, 5, NaN], { bins: 2 })
    assert.deepEqual([edges, counts, left], [[4.5, 5, 5.5], [0, 2], 1])
    assert.deepEqual(histogram([NaN], { bins: 2 }), { edges: [], counts: [], left: 1 })
    assert.throws(() => histogram([1], { bins: 0 }), { code: 'INVALID_PARAMETER' })
  })
})

test('balanced bins hold equally many values', () => {
  const { edges, counts } = balancedBinning(normal(1000), 4)
  assert.equal(edges.length, 5)
  assert.deepEqual(counts, [250, 250, 250, 250])
  assert.deepEqual(balancedBinning([NaN], 4).counts, [])
})

describe('correlation', () => {
  test("Kendall's tau-b equals the count over all pairs, also with many ties", () => {
    for (const levels of [3, 10, 1000]) {
      const x = Float64Array.from({ length: 300 }, () => random.below(levels))
      const y = x.map(value => Math.round(value / 2) + random.below(levels))
      let agreement = 0
      let [untiedX, untiedY] = [0, 0]
      for (let i = 0; i < 300; i++) {
        for (let j = 0; j < i; j++) {
          const [dx, dy] = [Math.sign(x[i] - x[j]), Math.sign(y[i] - y[j])]
          agreement += dx * dy
          untiedX += Math.abs(dx)
          untiedY += Math.abs(dy)
        }
      }
      const wanted = agreement / Math.sqrt(untiedX * untiedY)
      assert.ok(Math.abs((kendall(kendallSide(x), kendallSide(y)) as number) - wanted) < 1e-12)
    }
  })

  test("Spearman's coefficient is 1 for any rising function", () => {
    const x = normal(100)
    assert.equal(correlation(x, x.map(Math.exp), 'spearman'), 1)
    assert.ok((correlation(x, x.map(Math.exp)) as number) < 1)
  })

  test('of a constant column is null, whatever the method; rows with a missing side are left out', () => {
    const x = normal(50)
    for (const method of ['pearson', 'spearman', 'kendall'] as const) {
      assert.equal(correlation(x, new Float64Array(50).fill(0.1), method), null)
      assert.equal(correlation([NaN, 1], [1, 1], method), null)
      const [a, b] = [Float64Array.of(...x, NaN), Float64Array.of(...x.map(v => -v), 9)]
      assert.ok(Math.abs((correlation(a, b, method) as number) + 1) < 1e-12)
      assert.deepEqual(correlationMatrix([a, b], method)[0][1], correlation(a, b, method))
    }
    assert.equal(correlation([], [], 'covariance'), null)
  })
})

describe("Shapiro and Wilk's W", () => {
  test("is SciPy's", () => {
    // Weights of eleven men, from the paper.
    const weights = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236]
    assert.ok(Math.abs((shapiroWilk(weights) as number) - 0.7888146948631716) < 1e-6)
  })

  test('is near 1 for a normal sample and lower for a skewed one; large samples are drawn down', () => {
    const sample = normal(20_000)
    assert.ok((shapiroWilk(sample) as number) > 0.998)
    assert.ok((shapiroWilk(sample.map(Math.exp)) as number) < 0.7)
    assert.equal(shapiroWilk(sample), shapiroWilk(sample))
  })

  test('is null for a constant and for fewer than three values', () => {
    assert.equal(shapiroWilk([1, 2]), null)
    assert.equal(shapiroWilk([7, 7, 7, 7, NaN]), null)
  })
})

test('sampling gives ascending positions without repetition, the same for a seed', () => {
  const positions = samplePositions(1000, 100, 4)
  assert.equal(new Set(positions).size, 100)
  assert.deepEqual(
    positions,
    positions.toSorted((a, b) => a - b),
  )
  assert.deepEqual(positions, samplePositions(1000, 100, 4))
  assert.deepEqual(samplePositions(3, 100, 4), [0, 1, 2])
})
