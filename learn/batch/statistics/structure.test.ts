import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { binnedMutualInformation } from './binned-mutual-information.ts'
import { mds } from './mds.ts'
import { mutualInformation } from './mutual-information.ts'
import { pca } from './pca.ts'
import { symmetricEigen } from './symmetric-eigen.ts'
import { trustworthiness } from './trustworthiness.ts'

const random = createRandom(21)
const normal = (length: number) => Float64Array.from({ length }, () => random.normal())

describe('mutual information', () => {
  const x = normal(4000)
  const noise = normal(4000)
  const y = x.map((value, i) => 0.8 * value + 0.6 * noise[i])

  test('of two normal variables comes close to -ln(1 - r²) / 2', () => {
    const wanted = -0.5 * Math.log(1 - 0.8 ** 2)
    assert.ok(Math.abs((mutualInformation({ x, y }) as number) - wanted) < 0.06)
    // Bins lose some of it.
    const binned = binnedMutualInformation({ x, y }) as number
    assert.ok(binned > 0.7 * wanted && binned < 1.1 * wanted)
  })

  test('of independent variables comes close to 0, and is never negative', () => {
    const other = normal(4000)
    const value = mutualInformation({ x, y: other }) as number
    assert.ok(value >= 0 && value < 0.03)
  })

  test('of a class and the number that decides it comes close to the entropy of the class', () => {
    const classes = x.map(value => (value > 0 ? 1 : 0))
    for (const value of [
      mutualInformation({ x, y: classes, yDiscrete: true }),
      mutualInformation({ x: classes, xDiscrete: true, y: x }),
      mutualInformation({ x: classes, y: classes, xDiscrete: true, yDiscrete: true }),
    ]) {
      assert.ok(Math.abs((value as number) - Math.LN2) < 0.01)
    }
  })

  test('survives ties, constants, missing values and nothing at all', () => {
    const few = x.map(value => Math.round(value))
    assert.ok((mutualInformation({ x: few, y: few }) as number) > 0.5)
    assert.equal(
      mutualInformation({ x: new Float64Array(50), y: x.subarray(0, 50), maxRows: 20 }) !== null,
      true,
    )
    assert.equal(mutualInformation({ x: [NaN, NaN], y: [1, 2] }), null)
    assert.equal(binnedMutualInformation({ x: [NaN], y: [1] }), null)
    assert.equal(binnedMutualInformation({ x: [1, 1, 1], y: [1, 2, 3] }), 0)
  })
})

describe('eigenvectors of a symmetric matrix', () => {
  test('rebuild it, are orthonormal and settled in sign', () => {
    const size = 12
    const matrix = new Float64Array(size * size)
    for (let i = 0; i < size; i++) {
      for (let j = i; j < size; j++) matrix[i * size + j] = matrix[j * size + i] = random.normal()
    }
    const { values, vectors } = symmetricEigen(matrix, size)
    assert.deepEqual(values, values.slice().sort().reverse())
    for (let i = 0; i < size; i++) {
      assert.ok(Math.max(...vectors[i]) >= -Math.min(...vectors[i]))
      for (let j = 0; j < size; j++) {
        const product = vectors[i].reduce((sum, value, k) => sum + value * vectors[j][k], 0)
        assert.ok(Math.abs(product - (i === j ? 1 : 0)) < 1e-12)
        const rebuilt = values.reduce((sum, value, k) => sum + value * vectors[k][i] * vectors[k][j], 0)
        assert.ok(Math.abs(rebuilt - matrix[i * size + j]) < 1e-12)
      }
    }
    assert.throws(() => symmetricEigen(Float64Array.of(NaN), 1), { code: 'NOT_FINITE' })
  })
})

describe('principal components', () => {
  test('find the direction along which columns move together', () => {
    const common = normal(2000)
    const columns = [common, common.map(value => -2 * value), normal(2000)]
    const { components, cumulative, nFor95, project } = pca(columns)
    assert.ok(Math.abs(Math.abs(components[0][0]) - Math.SQRT1_2) < 0.03)
    assert.ok(components[0][0] * components[0][1] < 0)
    assert.equal(nFor95, 2)
    assert.equal(Math.round(cumulative[2] * 1e9), 1e9)
    const [first, second] = project(columns)
    const product = first.reduce((sum, value, i) => sum + value * second[i], 0)
    assert.ok(Math.abs(product) < 1e-6)
  })

  test('of columns that do not vary, or of nothing, explain nothing and are not NaN', () => {
    const still = pca([new Float64Array(5).fill(0.1), new Float64Array(5).fill(NaN)])
    assert.deepEqual(still.explainedVarianceRatio, [0, 0])
    assert.equal(still.nFor95, 0)
    assert.deepEqual(pca([]).components, [])
  })
})

describe('multidimensional scaling', () => {
  const between = (points: readonly (readonly number[])[]) =>
    points.map(a => points.map(b => Math.hypot(...a.map((value, i) => value - b[i]))))

  test('rebuilds points of the plane up to turning', () => {
    const distances = between(Array.from({ length: 8 }, () => [random.normal(), random.normal()]))
    const { points, stress } = mds(distances)
    assert.ok(stress < 1e-7)
    const rebuilt = between(points.map(({ x, y }) => [x, y]))
    rebuilt.forEach((row, i) => row.forEach((d, j) => assert.ok(Math.abs(d - distances[i][j]) < 1e-6)))
  })

  test('has little stress where the plane cannot hold all distances, and takes few points', () => {
    const distances = between(Array.from({ length: 9 }, () => [...normal(5)]))
    const { stress } = mds(distances)
    assert.ok(stress > 0.01 && stress < 0.35)
    assert.deepEqual(mds([]).points, [])
    assert.deepEqual(mds([[0]]).points, [{ x: 0, y: 0 }])
    const [a, b] = mds([
      [0, 3],
      [3, 0],
    ]).points
    assert.ok(Math.abs(Math.abs(a.x - b.x) - 3) < 1e-9 && Math.abs(a.y - b.y) < 1e-9)
    assert.throws(() => mds([[0, 1]]), { code: 'INVALID_DATA' })
  })
})

describe('trustworthiness', () => {
  const data = normal(300 * 4)

  test('is 1 for the data itself and about one half for a random plane', () => {
    assert.equal(trustworthiness({ data, width: 4, embedding: data, dimensions: 4 }), 1)
    const chance = trustworthiness({ data, width: 4, embedding: normal(600) }) as number
    assert.ok(Math.abs(chance - 0.5) < 0.05)
  })

  test('draws many rows down, and is null for too few', () => {
    assert.equal(trustworthiness({ data, width: 4, embedding: data, dimensions: 4, maxRows: 50 }), 1)
    assert.equal(
      trustworthiness({ data: data.subarray(0, 8), width: 4, embedding: data.subarray(0, 4) }),
      null,
    )
  })
})
