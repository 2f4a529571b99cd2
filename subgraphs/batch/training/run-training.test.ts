import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { loadBatchModel } from '#learn/batch/model/load-batch-model.ts'
import { decodeTable, type Table } from '#learn/batch/table-file.ts'
import type { UseCase } from '#use-cases/define.ts'
import { ecci } from '#use-cases/ecci.ts'
import { eta } from '#use-cases/eta.ts'
import { tfd } from '#use-cases/tfd.ts'
import { featureReader } from '../features/feature-reader.ts'
import type { JobSpec } from '../jobs/job.ts'
import { readSpec, type SpecInput } from './read-spec.ts'
import { RUN_FILES } from './run-files.ts'
import { runTraining } from './run-training.ts'
import { generated, openTestLake, type TestLake } from './test-lake.ts'
import type { TrainingResult, TrainingUpdate } from './training-result.ts'

const few = { iterations: 12, minLeafRows: 5 }

describe('a training', { concurrency: false }, () => {
  let store: TestLake
  const updates: TrainingUpdate[] = []
  before(async () => {
    store = await openTestLake()
    await store.addEvents(tfd, generated(tfd, { count: 3000, seed: 1, rate: 0.01 }).events)
    await store.addEvents(eta, generated(eta, { count: 2000, seed: 2, rate: 0.01 }).events)
    await store.addEvents(ecci, generated(ecci, { mode: 'realistic', count: 1200, seed: 3 }).events)
  })
  after(() => store[Symbol.asyncDispose]())

  const run = (
    useCase: UseCase,
    input: SpecInput | JobSpec,
    threads = 1,
    signal = new AbortController().signal,
  ) => {
    updates.length = 0
    return runTraining({
      spec: readSpec({ useCase, input }),
      useCase,
      lake: store.lake,
      software: 'test/1',
      threads,
      signal,
      report: update => updates.push(update),
    })
  }
  const table = ({ files }: TrainingResult, path: string): Table => decodeTable(files.get(path) as Uint8Array)
  const modelOf = ({ files }: TrainingResult) => loadBatchModel(files.get(RUN_FILES.model) as Uint8Array)

  it('of a classification leaves a model, parts in the order of time, metrics of the untouched part, a card', async () => {
    const result = await run(tfd, { parameters: few })
    const { manifest, metrics, files } = result
    const { train, validation, test } = manifest.split
    assert.deepEqual([train?.rows, validation?.rows, test?.rows], [2100, 450, 450])
    assert.ok(
      (train?.to as number) < (validation?.from as number) &&
        (validation?.to as number) < (test?.from as number),
    )
    assert.ok((metrics['rocAuc'] as number) > 0.9 && (metrics['validation.rocAuc'] as number) > 0.9)
    assert.equal(manifest.threshold?.metric, 'fbeta2')
    assert.ok(
      Buffer.from(files.get(RUN_FILES.card) as Uint8Array)
        .toString()
        .startsWith('# Transaction fraud'),
    )
    const part = table(result, RUN_FILES.test)
    const model = modelOf(result)
    const row = Float64Array.from(part.values, values => values[5] as number)
    const answer = model.answer(row)
    assert.deepEqual([answer.score, answer.raw], [part.extra['score']?.[5], part.extra['raw']?.[5]])
    assert.equal(model.threshold, manifest.threshold?.value)
    assert.ok(!manifest.features.some(name => /id$|debug|timestamp/.test(name) && name !== 'merchant_id'))
  })

  it('sees the features that serving computes from the event', async () => {
    const { events } = generated(tfd, { count: 3000, seed: 1, rate: 0.01 })
    const result = await run(tfd, { parameters: { ...few, iterations: 1 } })
    const model = modelOf(result)
    const read = featureReader({ useCase: tfd, names: model.columns.map(({ name }) => name) })
    const { values, extra } = table(result, RUN_FILES.test)
    events.slice(-450).forEach((event, at) => {
      const row = model.encode(read(event, null))
      assert.deepEqual(
        row,
        Float64Array.from(values, column => column[at] as number),
      )
      assert.equal(extra['label']?.[at], event['is_fraud'])
    })
  })

  it('repeated with what its manifest says gives the same bytes, with one thread or two, though the table has grown', async () => {
    const first = await run(tfd, { parameters: few, seed: 5 })
    await store.addEvents(tfd, generated(tfd, { count: 200, seed: 9, rate: 0.01 }).events)
    const again = await run(tfd, first.manifest.spec, 2)
    assert.equal(again.manifest.modelHash, first.manifest.modelHash)
    assert.deepEqual(again.manifest, first.manifest)
    for (const [path, file] of first.files) assert.deepEqual(again.files.get(path), file, path)
    const grown = await run(tfd, { parameters: few, seed: 5 })
    assert.notEqual(grown.manifest.featuresHash, first.manifest.featuresHash)
    assert.ok((grown.manifest.spec.version as number) > (first.manifest.spec.version as number))
  })

  it('is not moved by a table that changes while it is read', async () => {
    const wanted = await run(eta, { parameters: few })
    const changing = await runTraining({
      spec: readSpec({ useCase: eta, input: { parameters: few } }),
      useCase: eta,
      lake: {
        ...store.lake,
        async open(name: string) {
          const opened = await store.lake.open(name)
          if (!opened || name !== eta.topic) return opened
          return {
            ...opened,
            async *scan(...args: Parameters<typeof opened.scan>) {
              await store.addEvents(eta, generated(eta, { count: 100, seed: 8, rate: 0.01 }).events)
              yield* opened.scan(...args)
            },
          }
        },
      },
      software: 'test/1',
      threads: 1,
      signal: new AbortController().signal,
      report: () => {},
    })
    assert.equal(changing.manifest.modelHash, wanted.manifest.modelHash)
  })

  it('of a regression learns multiples of a column, and its intervals hold about the share that was asked for', async () => {
    const result = await run(eta, { parameters: { ...few, iterations: 60, coverage: 0.8 } })
    const { labels: _, ...rest } = { labels: null, ...table(result, RUN_FILES.test).extra }
    const model = modelOf(result)
    const { label, raw } = rest as Record<string, Float64Array>
    let within = 0
    label?.forEach((truth, row) => {
      const { low, high } = model.answerRaw(raw?.[row] as number) ?? {}
      if (truth >= (low as number) && truth <= (high as number)) within++
    })
    const share = within / (label?.length as number)
    assert.ok(share > 0.7 && share < 0.9, String(share))
    const naive = generatedMae()
    assert.ok((result.metrics['mae'] as number) < naive, `${result.metrics['mae']} against ${naive}`)
  })

  it('with debug features shows the leak, and names them', async () => {
    const leaking = await run(eta, {
      parameters: { ...few, iterations: 60, learningRate: 0.3 },
      includeDebugFeatures: true,
    })
    const honest = await run(eta, { parameters: { ...few, iterations: 60, learningRate: 0.3 } })
    assert.ok((leaking.metrics['mae'] as number) < 0.4 * (honest.metrics['mae'] as number))
    assert.ok(leaking.manifest.features.includes('debug_traffic_factor'))
  })

  it('of clusters of events, sessions and customers says what was tried', async () => {
    for (const segment of ['EVENTS', 'SESSIONS', 'CUSTOMERS']) {
      const result = await run(ecci, { segment, parameters: { kTo: 3, restarts: 2 } })
      const { clusters } = modelOf(result)
      assert.equal(result.metrics['clusters'], clusters)
      const rows = table(result, RUN_FILES.train)
      assert.equal(rows.rows, 1200)
      const kSearch = JSON.parse(Buffer.from(result.files.get(RUN_FILES.kSearch) as Uint8Array).toString())
      assert.equal(kSearch.at(-1).k, 3)
      const texts = JSON.parse(Buffer.from(result.files.get(RUN_FILES.texts) as Uint8Array).toString())
      assert.ok(
        texts.length > 10 &&
          texts.every(({ cluster }: { cluster: number }) => cluster < (clusters as number)),
      )
    }
  })

  it('takes the newest rows, or a fraction of them', async () => {
    const newest = await run(tfd, { rows: 1000, parameters: few })
    const all = await run(tfd, { parameters: few })
    assert.equal(newest.manifest.split.test?.to, all.manifest.split.test?.to)
    const { train, validation, test } = newest.manifest.split
    assert.equal((train?.rows ?? 0) + (validation?.rows ?? 0) + (test?.rows ?? 0), 1000)
    const part = await run(tfd, { fraction: 0.5, parameters: few })
    const share = (part.manifest.split.train?.rows as number) / (all.manifest.split.train?.rows as number)
    assert.ok(share > 0.4 && share < 0.6, String(share))
  })

  it('tells each state once in order, with rising per cent', async () => {
    await run(tfd, { parameters: few })
    const states = updates.map(({ state }) => state)
    assert.deepEqual([...new Set(states)], ['LOADING', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING'])
    const percents = updates.map(({ progress }) => progress.percent as number)
    assert.deepEqual(
      percents,
      percents.toSorted((a, b) => a - b),
    )
    assert.ok(updates.some(({ progress }) => progress.metrics?.['rocAuc'] !== undefined))
  })

  it('that is stopped ends within one iteration as STOPPED', async () => {
    const stopping = new AbortController()
    let iterations = 0
    const training = runTraining({
      spec: readSpec({
        useCase: tfd,
        input: { parameters: { iterations: 1000, earlyStoppingRounds: 1000 } },
      }),
      useCase: tfd,
      lake: store.lake,
      software: 'test/1',
      threads: 1,
      signal: stopping.signal,
      report({ state, progress }) {
        if (state !== 'TRAINING' || progress.iteration === undefined) return
        iterations = progress.iteration ?? 0
        stopping.abort()
      },
    })
    await assert.rejects(training, { code: 'STOPPED' })
    assert.ok(iterations > 0 && iterations < 1000)
    await assert.rejects(run(tfd, {}, 1, AbortSignal.abort()), { code: 'STOPPED' })
  })

  it('with CatBoost but without its engine is ENGINE_MISSING, before anything is read', async () => {
    await assert.rejects(run(tfd, { learner: 'catboost' }), { code: 'ENGINE_MISSING' })
    assert.equal(updates.length, 0)
  })

  /** Mean absolute error of the estimate that events carry, on the test part's events. */
  function generatedMae(): number {
    const events = generated(eta, { count: 2000, seed: 2, rate: 0.01 }).events.slice(-300)
    const sum = events.reduce(
      (total, event) =>
        total +
        Math.abs(
          (event['simulated_actual_travel_time_seconds'] as number) -
            (event['initial_estimated_travel_time_seconds'] as number),
        ),
      0,
    )
    return sum / events.length
  }
})
