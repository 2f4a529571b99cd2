import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createChartOptionReader } from '../chart-option-reader.ts'
import { testRun } from '../test-run.ts'
import { rankedModel } from './ranked-model.ts'

test('rows that features are ranked on keep the share of positives of their part', async () => {
  const run = await testRun('classification', { rows: 20_000 })
  const part = run.test
  assert.ok(part)
  const label = Float64Array.from({ length: part.rows }, (_, row) => Number(row % 50 === 0))
  const rare = { ...run, test: { ...part, extra: { ...part.extra, label } } }
  const { target } = await rankedModel({
    run: rare,
    options: createChartOptionReader({ seed: 42, sample: 1000 }),
  })
  const positives = target.filter(value => value === 1).length
  assert.equal(target.length, 1000)
  assert.ok(positives >= 10 && positives <= 32, `${positives} of 1000, about 20 wanted`)
})
