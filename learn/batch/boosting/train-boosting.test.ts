import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import type { BoostingOptions, BoostingResult } from './boosting-options.ts'
import { datasetOf, mixedPart } from './test-data.ts'
import { trainBoosting } from './train-boosting.ts'

const train = mixedPart(3000, 1)
const validation = mixedPart(1500, 2)
const QUICK = { iterations: 40, learningRate: 0.1 }

describe('gradient boosting', () => {
  test('grows the tree that an exact search over all splits grows', async () => {
    for (let seed = 0; seed < 8; seed++) {
      const { columns, labels } = smallRegression(seed)
      for (const growth of ['level', 'leaf']) {
        const { scorer } = await trainBoosting({
          objective: 'regression',
          train: { data: datasetOf({ a: columns[0], b: columns[1] }), labels },
          validation: null,
          params: { iterations: 1, learningRate: 1, l2: 0, depth: 3, minLeafRows: 5, growth },
          seed,
        })
        const wanted = new Float64Array(labels.length)
        exactTree(columns, labels, [...labels.keys()], 3, wanted)
        const actual = scorer.rawAll(datasetOf({ a: columns[0], b: columns[1] }))
        actual.forEach((value, row) => assert.ok(Math.abs(value - wanted[row]) < 1e-9, `row ${row}`))
      }
    }
  })

  test('a limit of leaves is spent where it gains most, and depth is a limit too', async () => {
    const stump = await fit({ params: { iterations: 1, depth: 1 } })
    const one = await fit({ params: { iterations: 1, leaves: 2 } })
    assert.deepEqual(one.scorer.trees, stump.scorer.trees)
    const leaf = await fit({ params: { iterations: 1, growth: 'leaf', leaves: 5, depth: 9 } })
    assert.equal(leaf.scorer.trees.feature.filter(feature => feature < 0).length, 5)
  })

  test('one row scores as many rows do, bit for bit, and contributions add up to the score', async () => {
    for (const params of [QUICK, { ...QUICK, growth: 'leaf', depth: 14, leaves: 40, minLeafRows: 2 }]) {
      const { scorer } = await fit({ params })
      const all = scorer.rawAll(validation.data)
      const out = new Float64Array(1)
      for (let i = 0; i < 300; i++) {
        const row = rowOf(i)
        scorer.raw(row, out)
        assert.equal(out[0], all[i])
        const parts = scorer.contributions(row)
        assert.equal(parts.length, 5)
        assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - out[0]) < 1e-9)
      }
    }
  })

  test('learns from numbers, sets, target statistics and missing values, and not from noise', async () => {
    const { scorer, curve } = await fit({ params: { ...QUICK, depth: 3, minLeafRows: 100 } })
    const [x, noise, few, many] = scorer.importances().gain
    assert.ok(Math.min(x, few, many) > 3 * noise, `${x} ${noise} ${few} ${many}`)
    assert.ok(curve[39].train < 0.85 * curve[0].train)
    // Where x is missing the odds are those of x = .75, clearly above those of x = .25.
    const [missing, low] = [NaN, 0.25].map(value => scoreOf(scorer, [value, 0, 0, 0]))
    assert.ok(missing - low > 1, `${missing} ${low}`)
  })

  test('unknown categories of many score as the prior does, those of few go with the majority', async () => {
    const { scorer } = await fit({})
    assert.equal(scoreOf(scorer, [0.5, 0, 0, 60]), scoreOf(scorer, [0.5, 0, 0, 1e9]))
    assert.equal(scoreOf(scorer, [0.5, 0, 6, 0]), scoreOf(scorer, [0.5, 0, 77, 0]))
    const known = [0, 1, 2].map(code => scoreOf(scorer, [0.5, 0, 0, code]))
    const unknown = scoreOf(scorer, [0.5, 0, 0, 60])
    assert.ok(unknown > Math.min(...known) && unknown < Math.max(...known))
  })

  test('stops early at the best iteration of the metric that was asked for', async () => {
    for (const metric of ['logLoss', 'auc', 'averagePrecision']) {
      const seen: number[] = []
      const { stopped, best, iterations, scorer, curve } = await fit({
        validation,
        params: { learningRate: 0.3, earlyStoppingRounds: 8, metric },
        onIteration: ({ metric: figure }) => {
          assert.equal(figure?.name, metric)
          seen.push(figure?.value ?? NaN)
        },
      })
      const top = metric === 'logLoss' ? Math.min(...seen) : Math.max(...seen)
      assert.equal(seen.indexOf(top) + 1, best)
      assert.deepEqual([stopped, iterations, curve.length], ['EARLY', best + 8, best + 8])
      assert.equal(scorer.trees.treeStart.length - 1, best)
      const scores = scorer.rawAll(validation.data)
      if (metric === 'logLoss') assert.ok(Math.abs(logLoss(scores, validation.labels) - top) < 1e-12)
      if (metric === 'auc') assert.ok(Math.abs(auc(scores, validation.labels) - top) < 1e-3)
    }
  })

  test('quantiles are calibrated: their share of labels lies below', async () => {
    const random = createRandom(5)
    const a = Float64Array.from({ length: 4000 }, () => random.next())
    const labels = a.map(value => 10 * value + (1 + 4 * value) * random.normal())
    for (const quantile of [0.1, 0.5, 0.9]) {
      const part = { data: datasetOf({ a }), labels }
      const params = { iterations: 60, depth: 3, minLeafRows: 100 }
      const { scorer } = await fit({ objective: 'quantile', quantile, train: part, params })
      const scores = scorer.rawAll(part.data)
      for (const [low, high] of [
        [0, 0.5],
        [0.5, 1],
      ]) {
        const rows = [...a.keys()].filter(row => a[row] >= low && a[row] < high)
        const below = rows.filter(row => labels[row] <= scores[row]).length / rows.length
        assert.ok(Math.abs(below - quantile) < 0.03, `${below} below the quantile ${quantile}`)
      }
    }
  })

  test('more than two classes get a score each, those of an equal softmax', async () => {
    const random = createRandom(6)
    const a = Float64Array.from({ length: 3000 }, () => random.next())
    const codes = Int32Array.from({ length: 3000 }, () => random.below(50))
    const labels = a.map((value, i) => (codes[i] % 5 === 0 ? 2 : Math.floor(value * 3)))
    const data = datasetOf({ a, b: { codes, categories: 50 } })
    const { scorer, curve } = await fit({
      objective: 'multiclass',
      classes: 3,
      train: { data, labels },
      validation: { data, labels },
      params: QUICK,
    })
    const scores = scorer.rawAll(data)
    assert.deepEqual([scorer.outputs, scores.length], [3, 9000])
    let hits = 0
    for (let i = 0; i < 3000; i++) {
      const own = [...scores.subarray(3 * i, 3 * i + 3)]
      if (own.indexOf(Math.max(...own)) === labels[i]) hits++
    }
    assert.ok(hits > 2900, `${hits} of 3000`)
    const last = curve[curve.length - 1]
    assert.ok(Math.abs(last.train - (last.validation ?? 0)) < 0.05)
  })

  test('a weight of two is as good as the row twice', async () => {
    const doubled = {
      data: {
        ...train.data,
        rows: 6000,
        values: train.data.values.map(column => {
          const twice = column instanceof Int32Array ? new Int32Array(6000) : new Float64Array(6000)
          twice.set(column)
          twice.set(column, 3000)
          return twice
        }),
      },
      labels: Float64Array.of(...train.labels, ...train.labels),
    }
    // Left out: target statistics and counts, which look at rows, and sets, where rare categories tie but for rounding.
    const params = { ...QUICK, oneHotMax: 100, minLeafRows: 1, minHessian: 20 }
    const once = await fit({ params, train: { ...train, weights: train.labels.map(() => 2) } })
    const twice = await fit({ params, train: doubled })
    const scores = twice.scorer.rawAll(validation.data)
    once.scorer.rawAll(validation.data).forEach((score, i) => assert.ok(Math.abs(score - scores[i]) < 1e-6))
  })

  test('balanced class weights move the mean probability towards one half', async () => {
    const rare = { ...train, labels: train.labels.map((label, i) => (i % 8 === 0 ? label : 0)) }
    const mean = ({ scorer }: BoostingResult) =>
      scorer.rawAll(train.data).reduce((sum, raw) => sum + 1 / (1 + Math.exp(-raw)), 0) / 3000
    const plain = mean(await fit({ train: rare, params: QUICK }))
    const balanced = mean(await fit({ train: rare, params: { ...QUICK, classWeight: 'balanced' } }))
    const share = rare.labels.reduce((sum, label) => sum + label, 0) / 3000
    assert.ok(Math.abs(plain - share) < 0.01)
    assert.ok(balanced > 0.3)
  })

  test('samples of rows and columns are those of the seed', async () => {
    // Without target statistics, which training rows see as of before themselves.
    const params = { ...QUICK, subsample: 0.5, columnSample: 0.5, setMax: 100 }
    const [first, again, other] = await Promise.all([1, 1, 2].map(seed => fit({ params, seed })))
    assert.deepEqual(first.scorer.trees, again.scorer.trees)
    assert.notDeepEqual(first.scorer.trees, other.scorer.trees)
    const roots = first.scorer.trees.treeStart.slice(0, -1)
    const covers = Array.from(roots, root => first.scorer.trees.cover[root])
    assert.ok(covers.every(cover => cover > 1300 && cover < 1700))
    // Scores that the training kept for rows it left out are those of the model.
    assert.ok(
      Math.abs(logLoss(first.scorer.rawAll(train.data), train.labels) - first.curve[39].train) < 1e-12,
    )
  })

  test('ends within one iteration when it is stopped', async () => {
    const controller = new AbortController()
    let iterations = 0
    const running = fit({
      signal: controller.signal,
      onIteration() {
        // As a message would come in: between two iterations.
        if (++iterations === 3) setImmediate(() => controller.abort())
      },
    })
    await assert.rejects(running, { code: 'STOPPED' })
    assert.ok(iterations <= 4)
    await assert.rejects(fit({ signal: AbortSignal.abort() }), { code: 'STOPPED' })
  })
})

function fit(options: Partial<BoostingOptions>): Promise<BoostingResult> {
  return trainBoosting({ objective: 'binary', train, validation: null, seed: 1, params: QUICK, ...options })
}

function rowOf(row: number): Float64Array {
  return Float64Array.from(validation.data.values, column => column[row])
}

function scoreOf({ raw }: BoostingResult['scorer'], row: readonly number[]): number {
  const out = new Float64Array(1)
  raw(Float64Array.from(row), out)
  return out[0]
}

function logLoss(scores: Float64Array, labels: Float64Array): number {
  const loss = (score: number, label: number) => Math.log1p(Math.exp(label === 1 ? -score : score))
  return scores.reduce((sum, score, i) => sum + loss(score, labels[i]), 0) / scores.length
}

function auc(scores: Float64Array, labels: Float64Array): number {
  const positive = scores.filter((_, i) => labels[i] === 1)
  const negative = scores.filter((_, i) => labels[i] === 0)
  let wins = 0
  for (const high of positive) for (const low of negative) wins += high > low ? 1 : high === low ? 0.5 : 0
  return wins / positive.length / negative.length
}

/** Values with ties and some missing, and labels that depend on both. */
function smallRegression(seed: number): { columns: Float64Array[]; labels: Float64Array } {
  const random = createRandom(seed)
  const columns = [0, 1].map(() =>
    Float64Array.from({ length: 150 }, () => (random.below(8) === 0 ? NaN : random.below(40) / 4)),
  )
  const labels = columns[0].map((a, i) => (a > 5 ? 3 : 0) + (columns[1][i] < a ? 2 : 0) + random.normal() / 4)
  return { columns, labels }
}

/** Recursive search over every border of every column, missing values left and right; fills in the means of the leaves. */
function exactTree(
  columns: readonly Float64Array[],
  labels: Float64Array,
  rows: readonly number[],
  depth: number,
  out: Float64Array,
): void {
  const mean = (part: readonly number[]) => part.reduce((sum, row) => sum + labels[row], 0) / part.length
  let best: { gain: number; left: number[]; right: number[] } | null = null
  for (const column of depth > 0 ? columns : []) {
    for (const border of new Set(rows.map(row => column[row]).filter(value => !Number.isNaN(value)))) {
      for (const missingLeft of [false, true]) {
        const goesLeft = (row: number) => column[row] <= border || (Number.isNaN(column[row]) && missingLeft)
        const left = rows.filter(goesLeft)
        const right = rows.filter(row => !goesLeft(row))
        if (left.length < 5 || right.length < 5) continue
        const gain = (left.length * right.length * (mean(left) - mean(right)) ** 2) / rows.length
        if (gain > (best?.gain ?? 0) + 1e-9) best = { gain, left, right }
      }
    }
  }
  if (!best) {
    for (const row of rows) out[row] = mean(rows)
    return
  }
  exactTree(columns, labels, best.left, depth - 1, out)
  exactTree(columns, labels, best.right, depth - 1, out)
}
