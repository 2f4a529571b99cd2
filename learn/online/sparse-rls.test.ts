import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../math/random.ts'
import { createSparseRls, FULL_COLUMNS, type SparseRls, type SparseRow } from './sparse-rls.ts'

const row = (values: readonly number[]): SparseRow => ({
  length: values.length,
  indices: Int32Array.from(values, (_, i) => i),
  values: Float64Array.from(values),
})

function learn(rls: SparseRls, x: SparseRow, target: number): void {
  rls.update(x, target - rls.predict(x))
}

test('without forgetting it equals ridge regression on all rows at once', () => {
  const random = createRandom('ridge')
  const rls = createSparseRls(1)
  const columns = 4
  for (let i = 0; i < columns; i++) rls.addColumn(true)
  // Normal equations with the prior's precisions, which the first two columns all but lack.
  const precisions = [1e-4, 1e-4, 10, 10]
  const matrix = precisions.map((precision, i) => precisions.map((_, j) => (i === j ? precision : 0)))
  const right = new Array<number>(columns).fill(0)
  for (let n = 0; n < 200; n++) {
    const values = Array.from({ length: columns }, () => random.normal())
    const target = 3 * values[0] - values[2] + random.normal()
    learn(rls, row(values), target)
    values.forEach((a, i) => {
      right[i] += a * target
      values.forEach((b, j) => {
        matrix[i][j] += a * b
      })
    })
  }
  const wanted = solve(matrix, right)
  wanted.forEach((coefficient, i) => {
    const unit = row(Array.from({ length: columns }, (_, j) => (i === j ? 1 : 0)))
    assert.ok(Math.abs(rls.predict(unit) - coefficient) < 1e-8)
  })
})

test('it follows coefficients that change, the faster the more it forgets', () => {
  const errors = [1, 0.99].map(forgetting => {
    const random = createRandom('drift')
    const rls = createSparseRls(forgetting)
    rls.addColumn(true)
    let error = 0
    for (let n = 0; n < 4000; n++) {
      const x = row([1 + random.next()])
      const target = (n < 2000 ? 1 : 5) * x.values[0]
      if (n >= 2500) error += Math.abs(target - rls.predict(x))
      learn(rls, x, target)
    }
    return error / 1500
  })
  assert.ok(errors[1] < 0.1 && errors[1] < 0.1 * errors[0], errors.join())
})

test('forgetting does not wind up in directions that no row informs about', () => {
  const rls = createSparseRls(0.99)
  rls.addColumn(true)
  rls.addColumn(true)
  for (let n = 0; n < 20_000; n++) learn(rls, row([1]), 2)
  learn(rls, row([0, 1]), 7)
  assert.ok(Math.abs(rls.predict(row([1])) - 2) < 1e-6)
  assert.ok(Math.abs(rls.predict(row([0, 1])) - 7) < 0.01)
})

test('columns beyond the full block learn with a variance of their own', () => {
  const rls = createSparseRls(1)
  const last = Array.from({ length: FULL_COLUMNS + 50 }, () => rls.addColumn(true)).at(-1) as number
  const x = { length: 1, indices: Int32Array.of(last), values: Float64Array.of(1) }
  for (let n = 0; n < 100; n++) learn(rls, x, 4)
  assert.ok(Math.abs(rls.predict(x) - 4) < 0.5)
  assert.equal(rls.size, FULL_COLUMNS + 50)
})

test('a row that is not finite leaves the coefficients alone', () => {
  const rls = createSparseRls(1)
  rls.addColumn(true)
  for (let n = 0; n < 10; n++) learn(rls, row([1]), 2)
  rls.update(row([Number.NaN]), 1)
  assert.ok(Math.abs(rls.predict(row([1])) - 2) < 1e-3)
})

function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((values, i) => [...values, right[i]])
  rows.forEach((pivot, i) => {
    for (let r = i + 1; r < rows.length; r++) {
      const factor = rows[r][i] / pivot[i]
      for (let c = i; c <= rows.length; c++) rows[r][c] -= factor * pivot[c]
    }
  })
  const solution = new Array<number>(rows.length).fill(0)
  for (let i = rows.length - 1; i >= 0; i--) {
    const known = solution.reduce((sum, value, j) => sum + value * rows[i][j], 0)
    solution[i] = (rows[i][rows.length] - known) / rows[i][i]
  }
  return solution
}
