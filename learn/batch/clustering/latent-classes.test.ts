import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRandom } from '../../math/random.ts'
import { createStateReader } from '../../state/reader.ts'
import { createStateWriter } from '../../state/writer.ts'
import type { Dataset } from '../dataset.ts'
import { fitLatentClasses } from './fit-latent-classes.ts'
import { type LatentClassModel, loadLatentClassModel } from './latent-class-model.ts'
import { searchClasses } from './search-classes.ts'

interface Kind {
  /** Probabilities of three categories, mean of the number, rows of a group on average. */
  readonly mix: readonly number[]
  readonly mean: number
  readonly rows: number
}

/** Groups of the given kinds in turn. With `tastes` each group has probabilities of its own, uniform over all there are. */
function planted({
  kinds,
  groups,
  seed,
  tastes = false,
}: {
  kinds: readonly Kind[]
  groups: number
  seed: number
  tastes?: boolean
}) {
  const random = createRandom(seed)
  const codes: number[] = []
  const numbers: number[] = []
  const owner: number[] = []
  for (let group = 0; group < groups; group++) {
    const { mean, rows, mix: common } = kinds[group % kinds.length]
    const weights = common.map(share => (tastes ? -Math.log(1 - random.next()) : share))
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    do {
      let code = 0
      for (let left = total * random.next() - weights[0]; left > 0 && code < weights.length - 1; ) {
        code++
        left -= weights[code]
      }
      codes.push(random.next() < 0.05 ? -1 : code)
      numbers.push(random.next() < 0.1 ? Number.NaN : mean + random.normal())
      owner.push(group)
    } while (random.next() > 1 / rows)
  }
  const categories = kinds[0].mix.map((_, code) => `c${code}`)
  const data: Dataset = {
    rows: codes.length,
    columns: [
      { name: 'kind', kind: 'nominal', categories },
      { name: 'size', kind: 'numeric' },
    ],
    values: [Int32Array.from(codes), Float64Array.from(numbers)],
  }
  return { data, groups: Int32Array.from(owner) }
}

const KINDS: readonly Kind[] = [
  { mix: [0.8, 0.1, 0.1], mean: 0, rows: 6 },
  { mix: [0.1, 0.8, 0.1], mean: 2, rows: 6 },
  { mix: [0.1, 0.1, 0.8], mean: -2, rows: 12 },
]
const sample = planted({ kinds: KINDS, groups: 600, seed: 3 })

/** Share of groups in the commonest class of their kind. */
function purity(labels: Int32Array, kinds: number): number {
  let right = 0
  for (let kind = 0; kind < kinds; kind++) {
    const counts = new Map<number, number>()
    for (let group = kind; group < labels.length; group += kinds) {
      counts.set(labels[group], (counts.get(labels[group]) ?? 0) + 1)
    }
    right += Math.max(...counts.values())
  }
  return right / labels.length
}

test('the search finds the planted classes and assigns the groups to them', async () => {
  const told: number[] = []
  const { best, tries } = await searchClasses({ ...sample, seed: 1, onTry: ({ k }) => told.push(k) })
  assert.equal(best.model.k, 3)
  assert.deepEqual(
    told,
    tries.map(({ k }) => k),
  )
  const { labels, posteriors } = best.model.assignGroups({ ...sample, ended: true })
  assert.ok(purity(labels, 3) > 0.95)
  assert.ok(Math.abs(best.model.shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9)
  const means = Array.from(best.model.means(1)).sort((a, b) => a - b)
  KINDS.map(({ mean }) => mean)
    .sort((a, b) => a - b)
    .forEach((mean, i) => assert.ok(Math.abs(means[i] - mean) < 0.15, `${means[i]}, ${mean}`))
  for (let group = 0; group < 600; group++) {
    const sum = posteriors.subarray(3 * group, 3 * group + 3).reduce((total, share) => total + share, 0)
    assert.ok(Math.abs(sum - 1) < 1e-9)
  }
})

test('a sample decides on the number of classes, all groups on the classes', async () => {
  const { best } = await searchClasses({ ...sample, seed: 1, sample: 200 })
  assert.equal(best.model.k, 3)
  const whole = fitLatentClasses({ ...sample, k: 3, seed: 1 })
  assert.ok(Math.abs(best.logLikelihood / whole.logLikelihood - 1) < 1e-3)
})

test('without structure there is one class', async () => {
  const { best } = await searchClasses({ ...planted({ kinds: [KINDS[0]], groups: 400, seed: 5 }), seed: 1 })
  assert.equal(best.model.k, 1)
})

test('tastes of single groups are no classes', async () => {
  const kinds: Kind[] = [
    { mix: [0.25, 0.25, 0.25, 0.25], mean: 0, rows: 15 },
    { mix: [0.25, 0.25, 0.25, 0.25], mean: 3, rows: 15 },
  ]
  const rows = planted({ kinds, groups: 400, seed: 7, tastes: true })
  const { best } = await searchClasses({ ...rows, seed: 1 })
  assert.equal(best.model.k, 2)
  assert.ok(purity(best.model.assignGroups(rows).labels, 2) > 0.97)
})

/** Groups that alternate or repeat a category: only the order tells them apart. */
function ordered(groups: number, length: number) {
  const random = createRandom(9)
  const codes: number[] = []
  for (let group = 0; group < groups; group++) {
    let code = random.below(2)
    for (let row = 0; row < length; row++) {
      codes.push(code)
      if (random.next() < (group % 2 === 0 ? 0.9 : 0.1)) code = 1 - code
    }
  }
  const data: Dataset = {
    rows: codes.length,
    columns: [{ name: 'step', kind: 'nominal', categories: ['a', 'b'] }],
    values: [Int32Array.from(codes)],
  }
  return { data, groups: Int32Array.from(codes, (_, row) => Math.floor(row / length)) }
}

test('transitions tell classes apart that differ in order alone', async () => {
  const rows = ordered(300, 12)
  const { best } = await searchClasses({ ...rows, transition: 'step', seed: 1 })
  assert.equal(best.model.k, 2)
  assert.ok(purity(best.model.assignGroups(rows).labels, 2) > 0.97)
})

test('sequences of a group may lie one after the other or alternate', () => {
  const rows = ordered(100, 8)
  const { model } = fitLatentClasses({ ...rows, transition: 'step', k: 2, seed: 1 })
  const codes = Int32Array.of(0, 0, 0, 1, 1, 1)
  const likelihood = (values: Int32Array, sequences: number[]) =>
    model.assignGroups({
      data: { ...rows.data, rows: 6, values: [values] },
      groups: new Int32Array(6),
      sequences: Int32Array.from(sequences),
    }).logLikelihoods[0]
  const after = likelihood(codes, [1, 1, 1, 2, 2, 2])
  const alternating = likelihood(Int32Array.of(0, 1, 0, 1, 0, 1), [1, 2, 1, 2, 1, 2])
  assert.ok(Math.abs(after - alternating) < 1e-9)
  assert.ok(Math.abs(after - likelihood(codes, [1, 1, 1, 1, 1, 1])) > 0.1)
})

test('a result says whether it converged, or was cut short', async () => {
  assert.equal(fitLatentClasses({ ...sample, k: 3, seed: 1, tolerance: 1e-4 }).converged, true)
  assert.equal(fitLatentClasses({ ...sample, k: 3, seed: 1, maxIterations: 1 }).converged, false)
  const search = { ...sample, from: 3, to: 3, seed: 1 }
  assert.equal((await searchClasses({ ...search, tolerance: 1e-4 })).best.converged, true)
  assert.equal((await searchClasses({ ...search, tolerance: 1e-12, maxIterations: 1 })).best.converged, false)
})

test('a column that counts once per sequence counts once', () => {
  const row = (times: number) => ({
    data: {
      ...sample.data,
      rows: times,
      values: [new Int32Array(times), new Float64Array(times).fill(Number.NaN)],
    },
    groups: new Int32Array(times),
  })
  const { model } = fitLatentClasses({ ...sample, once: ['kind'], k: 3, seed: 1 })
  const one = model.assignGroups(row(1)).logLikelihoods[0]
  const { model: each } = fitLatentClasses({ ...sample, k: 3, seed: 1 })
  assert.notEqual(each.assignGroups(row(1)).logLikelihoods[0], each.assignGroups(row(9)).logLikelihoods[0])
  const nine = model.assignGroups({ ...row(9), sequences: Int32Array.from({ length: 9 }, (_, i) => i) })
  assert.ok(nine.logLikelihoods[0] < one)
  assert.equal(model.assignGroups({ ...row(9), groups: null }).logLikelihoods[8], one)
})

test('a row alone is assigned like a group of it, and a missing or unknown value says nothing', () => {
  const { model } = fitLatentClasses({ ...sample, k: 3, seed: 1 })
  const out = new Float64Array(3)
  const { values } = sample.data
  const first = Float64Array.of(values[0][0], values[1][0])
  const data = { ...sample.data, rows: 1, values: [values[0].slice(0, 1), values[1].slice(0, 1)] as never }
  const whole = model.assignGroups({ data, groups: Int32Array.of(0) })
  const log = model.assignRow(first, out)
  assert.ok(Math.abs(log - whole.logLikelihoods[0]) < 1e-9)
  out.forEach((share, c) => assert.ok(Math.abs(share - whole.posteriors[c]) < 1e-9))
  model.assignRow(Float64Array.of(-1, Number.NaN), out)
  out.forEach((share, c) => assert.ok(Math.abs(share - model.shares[c]) < 1e-12))
  model.assignRow(Float64Array.of(3, Number.NaN), out)
  out.forEach((share, c) => assert.ok(Math.abs(share - model.shares[c]) < 1e-9))
})

function saved(model: LatentClassModel): ArrayBuffer {
  const out = createStateWriter()
  model.save(out)
  return out.finish()
}

test('a saved model is the same bit for bit, and the same seed gives the same one', () => {
  for (const transition of ['', 'kind']) {
    const { model } = fitLatentClasses({ ...sample, transition, once: ['size'], k: 3, seed: 4 })
    const input = createStateReader(saved(model))
    const loaded = loadLatentClassModel(input)
    input.end()
    assert.deepEqual(saved(loaded), saved(model))
    assert.deepEqual(
      loaded.assignGroups({ ...sample, ended: true }),
      model.assignGroups({ ...sample, ended: true }),
    )
    const again = fitLatentClasses({ ...sample, transition, once: ['size'], k: 3, seed: 4 })
    assert.deepEqual(saved(again.model), saved(model))
  }
})

test('a corrupt model is refused by code', () => {
  const state = saved(fitLatentClasses({ ...sample, k: 2, seed: 1 }).model)
  for (let cut = 0; cut < state.byteLength; cut += 97) {
    assert.throws(() => loadLatentClassModel(createStateReader(state.slice(0, cut))), {
      code: 'CHECKPOINT_CORRUPT',
    })
  }
  const wrong = new DataView(state.slice(0))
  // The last number is a concentration.
  wrong.setFloat64(state.byteLength - 8, -1, true)
  assert.throws(() => loadLatentClassModel(createStateReader(wrong.buffer)), { code: 'CHECKPOINT_CORRUPT' })
})

test('bad input is told by code, and a stopped search as stopped', async () => {
  const good = { ...sample, k: 2, seed: 1 }
  const empty = { rows: 0, columns: sample.data.columns, values: [new Int32Array(0), new Float64Array(0)] }
  const fails = (options: object, code: string) =>
    assert.throws(() => fitLatentClasses({ ...good, ...options }), { code })
  fails({ data: empty, groups: new Int32Array(0) }, 'NO_ROWS')
  fails({ data: { ...sample.data, columns: [], values: [] } }, 'NO_USABLE_COLUMN')
  fails({ groups: new Int32Array(3) }, 'SIZE_MISMATCH')
  fails({ groups: sample.groups.map(group => 2 * group) }, 'INVALID_VALUE')
  fails({ k: 601 }, 'INVALID_PARAMETER')
  fails({ once: ['colour'] }, 'INVALID_PARAMETER')
  fails({ transition: 'size' }, 'INVALID_PARAMETER')
  await assert.rejects(searchClasses({ ...good, from: 3, to: 2 }), { code: 'INVALID_PARAMETER' })
  await assert.rejects(searchClasses({ ...good, signal: AbortSignal.abort() }), { code: 'STOPPED' })
})
