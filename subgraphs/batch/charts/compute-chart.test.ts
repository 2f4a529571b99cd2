import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { BatchTask } from '#learn/batch/model/batch-model.ts'
import type { ChartKind } from './chart-kind.ts'
import { chartKinds } from './chart-kinds.ts'
import { computeChart } from './compute-chart.ts'
import { renderSvg } from './render-svg.ts'
import type { RunData } from './run-data.ts'
import { createChartReader } from './test-chart-schema.ts'
import { testRun } from './test-run.ts'
import { elementsOf } from './test-well-formed.ts'
import { vegaLiteOf } from './vega-lite-of.ts'

const TASKS = ['classification', 'regression', 'clustering'] as const

/** Small, since what is tested is that each of them answers. */
function smallOptions({ options }: ChartKind): Record<string, number> {
  const small = { sample: 120, iterations: 50, trials: 2, resolution: 10, repeats: 1, to: 4 }
  return Object.fromEntries(
    Object.entries(small).filter(([name]) => options.some(option => option.name === name)),
  )
}

for (const task of TASKS) {
  describe(`charts of a ${task}`, () => {
    let run: RunData
    let read: Awaited<ReturnType<typeof createChartReader>>
    before(async () => {
      run = await testRun(task)
      read = await createChartReader()
    })

    for (const kind of chartKinds(task)) {
      test(`${kind.kind} gives typed data, a specification and a drawing`, async () => {
        const chart = await computeChart({ kind: kind.kind, options: smallOptions(kind), run })
        assert.equal(chart.data.__typename, `${kind.family}Data`)
        assert.deepEqual(JSON.parse(JSON.stringify(chart)), chart, 'it is plain JSON without NaN')
        assert.ok(chart.sampled.n > 0 && chart.sampled.n <= chart.sampled.of, JSON.stringify(chart.sampled))
        const answered = (await read(chart.data)) as Record<string, unknown>
        assert.equal(
          Object.keys(answered).length,
          Object.keys(chart.data).length,
          'the graph has all its fields',
        )

        const spec = vegaLiteOf(chart)
        assert.equal(spec['$schema'], 'https://vega.github.io/schema/vega-lite/v6.json')
        const svg = await renderSvg(spec)
        const names = elementsOf(svg)
        assert.equal(names[0], 'svg')
        assert.ok(
          names.includes('text') && names.filter(name => name === 'path').length > 2,
          'it is not empty',
        )
        assert.ok(!names.includes('script') && !names.includes('image') && !names.includes('b'))
      })
    }
  })
}

describe('computed charts', () => {
  const runs = new Map<BatchTask, RunData>()
  before(async () => {
    for (const task of TASKS) runs.set(task, await testRun(task))
  })
  const compute = (task: BatchTask, kind: string, options: object = {}) =>
    computeChart({ kind, options, run: runs.get(task) as RunData })

  test('of the same run, options and seed are the same', async () => {
    for (const kind of ['LearningCurve', 'FeatureImportances', 'DiscriminationThreshold', 'JointPlot']) {
      const [first, second] = [await compute('classification', kind), await compute('classification', kind)]
      assert.deepEqual(withoutTimes(first), withoutTimes(second))
      const other = await compute('classification', kind, { seed: 43, sample: 300 })
      assert.notDeepEqual(withoutTimes(other).data, withoutTimes(first).data)
    }
  })

  test('leave out rows only when told, and say so', async () => {
    const { sampled } = await compute('classification', 'PCA', { sample: 200, seed: 5 })
    assert.deepEqual(sampled, { n: 200, of: 630, seed: 5 })
    assert.equal((await compute('classification', 'ROCAUC')).sampled.n, 135)
  })

  test('escape what users have written', async () => {
    const chart = await compute('classification', 'DecisionBoundaryDisplay', { x: 'amount', y: 'currency' })
    assert.ok(JSON.stringify(chart.data).includes('<script>'), 'the data holds what they wrote')
    const svg = await renderSvg(vegaLiteOf(chart))
    assert.ok(!svg.includes('<script'))
    assert.ok(svg.includes('&lt;script&gt;alert(1)'), 'it is shown as text')
  })

  test('of a part that the run did not keep are refused', async () => {
    const run = { ...(runs.get('classification') as RunData), validation: null }
    await assert.rejects(computeChart({ kind: 'ROCAUC', options: { split: 'VALIDATION' }, run }), {
      code: 'CHART_DATA_MISSING',
      message: 'Run run-of-classification kept no rows of its validation part, wanted at least one.',
    })
    const wordless = { ...(runs.get('clustering') as RunData), texts: [] }
    await assert.rejects(computeChart({ kind: 'FreqDistVisualizer', run: wordless }), {
      code: 'CHART_DATA_MISSING',
    })
  })

  test('that name features or words refuse unknown ones', async () => {
    for (const options of [{ x: 'nothing' }, { x: 'age', y: 'age' }]) {
      await assert.rejects(compute('regression', 'JointPlot', options), { code: 'BAD_USER_INPUT' })
    }
    await assert.rejects(compute('regression', 'PartialDependenceDisplay', { features: ['x'] }), {
      code: 'BAD_USER_INPUT',
      message: /at most 12 of amount, age, always, currency, merchant wanted/,
    })
    await assert.rejects(compute('regression', 'ShapRow', { row: 99_999 }), { message: /0 to 134 wanted/ })
    await assert.rejects(compute('clustering', 'KElbowVisualizer', { from: 5, to: 4 }), {
      code: 'BAD_USER_INPUT',
    })
    await assert.rejects(compute('regression', 'ValidationCurve', { parameter: 'depth', values: [2.5] }), {
      message: /1 to 10 integers from 1 to 12 wanted/,
    })
  })

  test('of one class say that there is nothing to tell apart', async () => {
    const run = runs.get('classification') as RunData
    const label = new Float64Array(run.train.rows)
    const oneClass = { ...run, train: { ...run.train, extra: { ...run.train.extra, label } } }
    await assert.rejects(computeChart({ kind: 'CVScores', run: oneClass }), {
      code: 'CHART_DATA_MISSING',
      message: /630 rows with 1 different targets, wanted at least 20 with two/,
    })
  })

  test('stop when they are told to', async () => {
    const signal = AbortSignal.abort(new Error('left'))
    const run = runs.get('classification') as RunData
    await assert.rejects(computeChart({ kind: 'CVScores', run, signal }), { message: 'left' })
  })
})

function withoutTimes<Chart>(chart: Chart): Chart {
  return JSON.parse(JSON.stringify(chart, (name, value) => (name === 'fitMs' ? null : value))) as Chart
}
