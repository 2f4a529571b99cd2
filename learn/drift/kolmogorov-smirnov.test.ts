import assert from 'node:assert/strict'
import { test } from 'node:test'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts'
import { populationStability } from './population-stability.ts'

type Steps = [n: number, from: number, by: number]
const KNOWN: [Steps, Steps, number, number][] = [
  [[30, 0, 1], [30, 4.5, 1], 0.16666666666666666, 0.8079631540901643],
  [[20, 0, 1], [35, 2, 0.7], 0.29285714285714287, 0.18661257983024981],
  [[100, 0, 1], [73, 11.3, 1.3], 0.12, 0.5265186984371032],
  [[7, 0, 1], [5, 3.5, 2], 0.6571428571428571, 0.11616161616161617],
]
const LARGE = [0.03015, 0.03450008890284083]

const steps = (n: number, from: number, by: number) =>
  Float64Array.from({ length: n }, (_, i) => from + by * i)

test('the chance of a difference is exact for small samples of equal and of other sizes', () => {
  // scipy.stats.ks_2samp of the same samples.
  const cases = KNOWN.map(([a, b]) => kolmogorovSmirnov(steps(...a), steps(...b)))
  cases.forEach(({ statistic, pValue }, i) => {
    assert.ok(Math.abs(statistic - KNOWN[i][2]) < 1e-12, `${statistic}`)
    assert.ok(Math.abs(pValue - KNOWN[i][3]) < 1e-12 * Math.max(1, KNOWN[i][3]), `${pValue}`)
  })
})

test('large samples of other sizes follow the limit distribution', () => {
  const { statistic, pValue } = kolmogorovSmirnov(steps(5000, 0, 1), steps(4000, 150, 1.2))
  assert.ok(Math.abs(statistic - LARGE[0]) < 1e-12)
  assert.ok(Math.abs(pValue / LARGE[1] - 1) < 0.1, `${pValue}`)
})

test('equal samples differ by nothing, disjoint ones by everything', () => {
  assert.deepEqual(kolmogorovSmirnov(steps(40, 0, 1), steps(40, 0, 1)), { statistic: 0, pValue: 1 })
  const apart = kolmogorovSmirnov(steps(40, 0, 1), steps(40, 100, 1))
  assert.equal(apart.statistic, 1)
  assert.ok(apart.pValue < 1e-20)
})

test('population stability is 0 for equal shares, large for other ones, and finite for empty bins', () => {
  assert.ok(populationStability([100, 200, 700], [10, 20, 70]) < 0.01)
  // Σ (b - a) ln (b / a) of halves against 10 % and 90 %.
  assert.ok(Math.abs(populationStability([5e6, 5e6], [1e6, 9e6]) - 0.8789) < 1e-4)
  assert.ok(populationStability([100, 0], [0, 100]) > 5)
  assert.equal(populationStability([0, 0], [3, 4]), 0)
})
