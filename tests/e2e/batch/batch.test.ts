import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { ask } from '../support/ask.ts'
import { graphql } from '../support/graphql.ts'
import { createSubscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'
import {
  startJob,
  startTrainedPlatform,
  type TrainedPlatform,
  untilDone,
  untilOver,
} from './trained-platform.ts'

const FOLDER = new URL('../../../schema/operations/parity/', import.meta.url)
const EVENT = {
  userId: 'somebody',
  merchantId: 'merchant_1',
  amount: 1900,
  currency: 'USD',
  productCategory: 'electronics',
  transactionType: 'purchase',
  paymentMethod: 'credit_card',
  location: { lat: 40.7, lon: -74 },
  ipAddress: '192.0.2.1',
  deviceInfo: { os: 'Android', browser: 'Chrome' },
  userAgent: 'tests',
  accountAgeDays: 20,
  cvvProvided: false,
  billingAddressMatch: false,
}

/** In the order in which the tests stand: the last ones change the champion and stop a session. */
describe('batch models on a running platform', () => {
  let trained: TrainedPlatform
  const query = <T>(text: string, variables?: Record<string, unknown>) =>
    ask<T>(trained.platform.url, text, variables)

  before(async () => {
    trained = await startTrainedPlatform()
  })
  after(() => trained?.[Symbol.asyncDispose]())

  test('the first model of a use case is its champion, scored on a part that it has not seen', async () => {
    interface Model {
      id: string
      isChampion: boolean
      metrics: { name: string; value: number | null; n: number }[]
      manifest: { split: Record<'train' | 'validation' | 'test', { rows: number; from: number; to: number }> }
      features: { name: string }[]
      card: string
      run: { status: string }
    }
    const { useCase } = await query<{ useCase: { batch: { champion: Model; bestModel: { id: string } } } }>(
      `{ useCase(id: ETA) { batch { bestModel { id } champion {
        id isChampion metrics { name value n } manifest features { name } card run { status }
      } } } }`,
    )
    const { champion, bestModel } = useCase.batch
    assert.equal(champion.id, trained.runs.ETA)
    assert.equal(bestModel.id, trained.runs.ETA)
    assert.ok(champion.isChampion)
    const { train, validation, test: part } = champion.manifest.split
    assert.ok(train.to <= validation.from && validation.to <= part.from, 'in the order of time')
    const mae = champion.metrics.find(({ name }) => name === 'mae')
    assert.equal(mae?.n, part.rows)
    assert.ok(mae?.value !== null && (mae?.value ?? 0) > 100, 'no leak')
    assert.ok(champion.features.every(({ name }) => !name.startsWith('debug_')))
    assert.match(champion.card, /test/i)
    assert.equal(champion.run.status, 'FINISHED')
  })

  test('the champion has an opinion about live predictions, with contributions that sum up', async () => {
    await using subscriber = createSubscriber(trained.platform.url)
    for (const [useCase, run] of Object.entries(trained.runs)) {
      const { take } = subscriber.subscribe<{
        predictions: {
          secondOpinion: { score: number; raw: number; model: { id: string } } | null
          batchExplanation: {
            base: number
            raw: number
            others: number
            contributions: { contribution: number }[]
          } | null
        }
      }>(
        `subscription { predictions(useCase: ${useCase}) {
          secondOpinion { score raw model { id } }
          batchExplanation(top: 3) { base raw others contributions { feature value contribution } }
        } }`,
      )
      for (const { data, errors } of await take(5)) {
        assert.equal(errors, undefined)
        const { secondOpinion, batchExplanation } = data?.predictions ?? {}
        assert.equal(secondOpinion?.model.id, run)
        if (useCase === 'ECCI') {
          assert.equal(batchExplanation, null)
          continue
        }
        assert.ok(batchExplanation)
        const { base, others, raw, contributions } = batchExplanation
        const sum = contributions.reduce((total, { contribution }) => total + contribution, base + others)
        assert.ok(Math.abs(sum - raw) <= 1e-9 * Math.max(1, Math.abs(raw)))
        assert.ok(Math.abs(raw - (secondOpinion?.raw ?? 0)) <= 1e-9 * Math.max(1, Math.abs(raw)))
      }
    }
  })

  test('what if: a grid, the smallest change, and clear answers to bad input', async () => {
    const whatIf = `query ($input: WhatIfInput!) { whatIf(input: $input) {
      __typename
      ... on WhatIf { base { score flagged } points { values score } smallestChange { field distance prediction { flagged } } }
      ... on Problem { code message }
    } }`
    interface Answer {
      whatIf: {
        __typename: string
        code?: string
        base: { flagged: boolean }
        points: { values: { amount: number } }[]
        smallestChange: { field: string; prediction: { flagged: boolean } } | null
      }
    }
    const { whatIf: found } = await query<Answer>(whatIf, {
      input: { event: { tfd: EVENT }, vary: [{ field: 'amount', from: 10, to: 100, steps: 10 }] },
    })
    assert.equal(found.__typename, 'WhatIf')
    assert.deepEqual(
      found.points.map(({ values }) => values.amount),
      [10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
    )
    if (found.smallestChange) assert.notEqual(found.smallestChange.prediction.flagged, found.base.flagged)
    for (const [input, typename] of [
      [{ event: { tfd: EVENT }, vary: [{ field: 'none' }] }, 'InvalidInput'],
      [{ event: { tfd: { ...EVENT, location: { lat: 100, lon: 0 } } } }, 'InvalidEvent'],
      [{ event: { tfd: EVENT }, run: 'none' }, 'NotFound'],
      [{ event: { tfd: EVENT }, run: trained.runs.ETA }, 'NotFound'],
    ] as const)
      assert.equal((await query<Answer>(whatIf, { input })).whatIf.__typename, typename)
  })

  test('every chart that a use case offers is answered with data, a specification and a drawing', async () => {
    const kinds = new Set<string>()
    for (const [useCase, run] of Object.entries(trained.runs)) {
      const { chartKinds } = await query<{ chartKinds: { kind: string }[] }>(
        'query ($useCase: UseCaseId) { chartKinds(useCase: $useCase) { kind } }',
        { useCase },
      )
      for (const { kind } of chartKinds) {
        kinds.add(kind)
        const { data, errors } = await graphql<{
          batchModel: { chart: { svg: string; data: { __typename: string } } }
        }>(
          trained.platform.url,
          'query ($run: ID!, $kind: String!) { batchModel(run: $run) { chart(kind: $kind) { svg vegaLite data { __typename } sampled { n of } } } }',
          { run, kind },
        )
        assert.equal(errors, undefined, `${useCase} ${kind}: ${errors?.[0]?.message}`)
        assert.match(data?.batchModel.chart.svg ?? '', /^<svg[^]*<\/svg>$/, kind)
      }
    }
    assert.ok(kinds.size >= 60, `${kinds.size} kinds`)
    const again = await query<{ run: { chart: { cached: boolean } } }>(
      'query ($run: ID!) { run(id: $run) { chart(kind: "ROCAUC") { cached } } }',
      { run: trained.runs.TFD },
    )
    assert.ok(again.run.chart.cached)
    const { errors } = await graphql(
      trained.platform.url,
      'query ($run: ID!) { batchModel(run: $run) { chart(kind: "ROCAUC") { svg } } }',
      { run: trained.runs.ETA },
    )
    assert.equal(errors?.[0]?.extensions?.code, 'CHART_NOT_APPLICABLE')
  })

  test('impossible jobs are refused before they exist', async () => {
    const start = `mutation ($input: StartBatchTrainingInput!) { startBatchTraining(input: $input) {
      __typename ... on Problem { code message } } }`
    for (const input of [
      { parameters: { iterations: 0 } },
      { parameters: { none: 1 } },
      { parameters: [] },
      { learner: 'K_MEANS' },
      { learner: 'CATBOOST' },
      { sampleFraction: 1.5 },
      { rows: 99 },
      { segment: 'SESSIONS' },
      { includeDebugFeatures: true },
      { asOf: { version: 100_000 } },
    ]) {
      const { startBatchTraining: refused } = await query<{
        startBatchTraining: { __typename: string; code?: string }
      }>(start, { input: { useCase: 'TFD', ...input } })
      assert.match(refused.__typename, /^(InvalidInput|TrainingRefused)$/, JSON.stringify(input))
      assert.ok(refused.code)
    }
  })

  test('a job without enough to learn from ends FAILED with the reason', async () => {
    const { id } = await startJob(trained.platform.url, { useCase: 'TFD', rows: 100 })
    const job = await untilOver(trained.platform.url, id)
    assert.equal(job.state, 'FAILED')
    assert.ok(job.problem?.code)
  })

  test('a job that runs stops when it is told to, and says so in its run', async () => {
    await using subscriber = createSubscriber(trained.platform.url)
    const { id, run } = await startJob(trained.platform.url, {
      useCase: 'TFD',
      parameters: { iterations: 20_000, earlyStoppingRounds: 20_000 },
    })
    const followed = subscriber.subscribe<{ trainingJob: { state: string } }>(
      `subscription { trainingJob(id: "${id}") { state } }`,
    )
    const states = () => followed.messages.map(({ data }) => data?.trainingJob.state)
    await until('the first trees', () => states().includes('TRAINING'), { withinMs: 60_000 })
    const { cancelBatchTraining: stopped } = await query<{ cancelBatchTraining: { state: string } }>(
      'mutation ($job: ID!) { cancelBatchTraining(job: $job) { ... on TrainingJob { state } } }',
      { job: id },
    )
    assert.equal(stopped.state, 'STOPPED')
    await until('the end of the stream', () => followed.completed)
    assert.equal(states().at(-1), 'STOPPED')
    await until('the run to end', async () => {
      const found = await query<{ run: { status: string } }>('query ($id: ID!) { run(id: $id) { status } }', {
        id: run.id,
      })
      return found.run.status === 'KILLED'
    })
  })

  test('the same options and version give the same model, which can be promoted and rolled back', async () => {
    const model = async (run: string) =>
      (
        await query<{ batchModel: { hash: string; manifest: { spec: { version: number } } } }>(
          'query ($run: ID!) { batchModel(run: $run) { hash manifest } }',
          { run },
        )
      ).batchModel
    const first = await model(trained.runs.TFD)
    const { id, run } = await startJob(trained.platform.url, {
      useCase: 'TFD',
      seed: 1,
      parameters: { iterations: 30 },
      asOf: { version: first.manifest.spec.version },
    })
    await untilDone(trained.platform.url, id)
    assert.equal((await model(run.id)).hash, first.hash)

    const change = async (mutation: string) => {
      const { changed } = await query<{ changed: { id?: string; code?: string } }>(
        `mutation { changed: ${mutation} { ... on BatchModel { id } ... on Problem { code message } } }`,
      )
      return changed.id ?? changed.code
    }
    assert.equal(await change(`promoteModel(input: { run: "${run.id}", reason: "A try." })`), run.id)
    const opinion = await until('the new champion to answer', async () => {
      const { useCase } = await query<{
        useCase: { recentPredictions: { secondOpinion: { model: { id: string } } }[] }
      }>('{ useCase(id: TFD) { recentPredictions(first: 1) { secondOpinion { model { id } } } } }')
      return useCase.recentPredictions[0]?.secondOpinion.model.id === run.id
    })
    assert.ok(opinion)
    assert.equal(await change('rollbackModel(useCase: TFD, reason: "Enough.")'), trained.runs.TFD)
    assert.equal(await change('rollbackModel(useCase: TFD, reason: "More.")'), 'EARLIER_CHAMPION_MISSING')
    assert.equal(await change('promoteModel(input: { run: "none", reason: "x" })'), 'RUN_NOT_FOUND')
  })

  test('every operation of the reference system is answered, with nothing null at its root', async () => {
    const { runs, platform } = trained
    const tfd = { useCase: 'TFD' }
    const { useCase } = await query<{
      useCase: { recentPredictions: { eventJson: Record<string, unknown> }[] }
    }>('{ useCase(id: TFD) { recentPredictions(first: 1) { eventJson } } }')
    const event = useCase.recentPredictions[0]?.eventJson ?? {}
    const job = await startJob(platform.url, { useCase: 'TFD', rows: 1000 })
    const variables: Record<string, Record<string, unknown>> = {
      'i5-predict': { event: { tfd: EVENT } },
      'i15-sample': { ...tfd, n: 3, seed: 1 },
      'b3-switch-model': { input: { useCase: 'TFD', rows: 1000, parameters: { iterations: 5 } } },
      'b4-stop-training': { job: job.id },
      'b6-predict': { input: { useCase: 'TFD', events: [event, { amount: 'none' }] } },
      'b8-mlflow-runs': { ...tfd, metric: 'fbeta2' },
      'b9-mlflow-metrics': { run: runs.TFD },
      'b11-cluster-feature-counts': { run: runs.ECCI, feature: 'event_type' },
      'b12-cluster-counts': { run: runs.ECCI },
      'b13-visualization-yellowbrick': { run: runs.TFD, kind: 'ROCAUC' },
      'b14-visualization-sklearn': { run: runs.ETA, kind: 'PredictionErrorDisplayActual' },
      'b15-visualization-scikitplot': { run: runs.ECCI, kind: 'ElbowCurve' },
      'b19-invalidate-cache': { run: runs.TFD, reason: 'Answers anew.' },
      'b20-delta-total-rows': { table: 'tfd.events' },
      's1-query': { ...tfd, statement: 'SELECT count(*) FROM data' },
    }
    const names = readdirSync(FOLDER).map(name => name.replace('.graphql', ''))
    // A job that waits or has just begun is stopped first.
    for (const name of ['b4-stop-training', ...names.filter(name => name !== 'b4-stop-training')]) {
      if (name === 'i3-switch-model') await query('mutation { stopTraining(useCase: TFD) { __typename } }')
      const data = await query<Record<string, { code?: string; message?: string }>>(
        readFileSync(new URL(`${name}.graphql`, FOLDER), 'utf8'),
        variables[name] ?? tfd,
      )
      for (const [field, value] of Object.entries(data)) {
        assert.ok(value !== null, `${name}: ${field}`)
        assert.equal(value.code, undefined, `${name}: ${value.message}`)
      }
    }
    assert.equal((await untilOver(platform.url, job.id)).state, 'STOPPED')
  })
})
