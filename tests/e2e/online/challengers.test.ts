import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { tfd } from '#use-cases/tfd.ts'
import { ask } from '../support/ask.ts'
import { generatedEvents } from '../support/generated-events.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createScratchDirectory, type ScratchDirectory } from '../support/scratch-directory.ts'
import { until } from '../support/until.ts'

interface Model {
  name: string
  role: 'CHAMPION' | 'CHALLENGER'
  learner: string
  parameters: Record<string, unknown>
  since: number
  version: number
  metrics: { name: string; value: number | null; n: number }[]
  comparison: { loss: string; n: number; meanDifference: number; verdict: string } | null
}

interface Session {
  __typename: string
  code?: string
  message?: string
  id: string
  state: string
  predictions: number
  labels: number
  correctedLabels: number
  repeatedLabels: number
  model: { learner: string }
  metrics: { name: string; value: number | null; n: number }[]
  models: Model[]
  promotions: { sequence: number; from: string; to: string; by: string }[]
}

interface Prediction {
  id: string
  eventId: string
  score: number
  label: number | null
  detail: { flagged: boolean; threshold: number; policy: string }
  challengers: { name: string; score: number }[]
  explanation: {
    unit: string
    base: number
    total: number
    others: number
    contributions: { feature: string; value: unknown; contribution: number }[]
  } | null
}

const FIELDS = `id state predictions labels correctedLabels repeatedLabels model { learner } metrics(names: ["logLoss"]) { name value n }
  models { name role learner parameters since version metrics(names: ["logLoss"]) { name value n } comparison { loss n meanDifference verdict } }
  promotions { sequence from to by }`
const PAYLOAD = `__typename ... on TrainingSession { ${FIELDS} } ... on Problem { code message }`
const PREDICTION = `id eventId score label detail { ... on TfdDetail { flagged threshold policy } } challengers { name score }
  explanation { unit base total contributions(top: 4) { feature value contribution } others(top: 4) }`

/** In the order in which the tests stand: each goes on where the one before left the session. Only this file adds events. */
describe('a session with challengers', () => {
  const events = generatedEvents(tfd, { count: 900, seed: 'challengers', mode: 'parity' })
  let directory: ScratchDirectory
  let platform: PlatformProcess
  let sent = 0

  const boot = async () => {
    platform = await startPlatformProcess({ args: ['--data-dir', directory.path, '--no-producers'] })
  }
  const mutate = async (field: string) => {
    const data = await ask<Record<string, Session>>(
      platform.url,
      `mutation { answer: ${field} { ${PAYLOAD} } }`,
    )
    return data['answer'] as Session
  }
  const current = async () => {
    const { useCase } = await ask<{ useCase: { session: Session } }>(
      platform.url,
      `{ useCase(id: TFD) { session { ${FIELDS} } } }`,
    )
    return useCase.session
  }
  const newest = async (first = 1) => {
    const { useCase } = await ask<{ useCase: { recentPredictions: Prediction[] } }>(
      platform.url,
      `{ useCase(id: TFD) { recentPredictions(first: ${first}) { ${PREDICTION} } } }`,
    )
    return useCase.recentPredictions
  }
  const send = async (count: number) => {
    const { ingest } = await ask<{ ingest: { accepted: number } }>(
      platform.url,
      'mutation ($events: [JSON!]!) { ingest(useCase: TFD, events: $events) { accepted } }',
      { events: events.slice(sent, sent + count) },
    )
    assert.equal(ingest.accepted, count)
    sent += count
    return until(`${sent} predictions and labels`, async () => {
      const session = await current()
      return session.labels === sent && (session.metrics[0]?.n ?? 0) === sent && session
    })
  }
  const named = ({ models }: Session, name: string) => models.find(model => model.name === name) as Model

  before(async () => {
    directory = await createScratchDirectory()
    await boot()
    await until('the first session', async () => (await current()).state === 'RUNNING')
    await mutate('stopTraining(useCase: TFD)')
  })
  after(async () => {
    await platform?.stop()
    await directory?.[Symbol.asyncDispose]()
  })

  test('begins with the learner, the decision and the challenger that were asked for', async () => {
    const started =
      await mutate(`startTraining(input: { useCase: TFD, from: EARLIEST, learner: "weighted-naive-bayes",
      parameters: { prior: 0.02 }, decision: { cost: { falsePositive: 1, falseNegative: 9 } },
      challengers: [{ learner: "logistic-regression", name: "linear" }] })`)
    assert.equal(started.__typename, 'TrainingSession', started.message)
    assert.deepEqual(
      started.models.map(({ name, role }) => [name, role]),
      [
        ['weighted-naive-bayes', 'CHAMPION'],
        ['linear', 'CHALLENGER'],
      ],
    )
    assert.equal(named(started, 'weighted-naive-bayes').parameters['prior'], 0.02)
    assert.equal(named(started, 'linear').since, 0)
  })

  test('predicts with both, publishes the champion and scores each by its own predictions', async () => {
    const session = await send(200)
    const [prediction] = await newest()
    assert.ok(prediction)
    assert.deepEqual(prediction.detail.policy, 'COST')
    assert.equal(prediction.detail.threshold, 0.1)
    assert.deepEqual(
      prediction.challengers.map(({ name }) => name),
      ['linear'],
    )
    const linear = named(session, 'linear')
    assert.equal(linear.version, 200)
    assert.equal(linear.metrics[0]?.n, 200)
    assert.equal(linear.comparison?.n, 200)
    assert.equal(linear.comparison?.loss, 'log loss')
    const difference = (session.metrics[0]?.value ?? 0) - (linear.metrics[0]?.value ?? 0)
    assert.ok(Math.abs(difference - (linear.comparison?.meanDifference ?? 0)) < 1e-9)
    assert.equal(named(session, 'weighted-naive-bayes').comparison, null)
  })

  test('explains every prediction by parts that sum to its log-odds', async () => {
    for (const { score, explanation } of await newest(50)) {
      assert.ok(explanation)
      const { base, contributions, others, total, unit } = explanation
      assert.equal(unit, 'LOG_ODDS')
      assert.equal(contributions.length, 4)
      const sum = contributions.reduce((all, { contribution }) => all + contribution, base) + others
      assert.ok(Math.abs(sum - total) < 1e-9)
      assert.ok(Math.abs(total - Math.log(score / (1 - score))) < 1e-8)
    }
  })

  test('refuses models that cannot be, and says why', async () => {
    const refused = async (challenger: string) => {
      const { __typename, code } = await mutate(
        `startChallenger(input: { useCase: TFD, challenger: ${challenger} })`,
      )
      return [__typename, code]
    }
    assert.deepEqual(await refused('{ learner: "magic" }'), ['InvalidInput', 'UNKNOWN_LEARNER'])
    assert.deepEqual(await refused('{ learner: "robust-rls" }'), ['InvalidInput', 'WRONG_TASK'])
    assert.deepEqual(await refused('{ learner: "logistic-regression", name: "linear" }'), [
      'InvalidInput',
      'CHALLENGER_EXISTS',
    ])
    assert.deepEqual(
      await refused('{ learner: "logistic-regression", name: "x", parameters: { rate: -1 } }'),
      ['InvalidInput', 'INVALID_PARAMETER'],
    )
    assert.deepEqual(await refused('{ learner: "logistic-regression", name: "x", parameters: [1] }'), [
      'InvalidInput',
      'BAD_USER_INPUT',
    ])
    assert.deepEqual(await refused('{ learner: "logistic-regression", name: "../x" }'), [
      'InvalidInput',
      'BAD_USER_INPUT',
    ])
    assert.equal((await mutate('rollbackPromotion(useCase: TFD)')).code, 'NOTHING_TO_ROLL_BACK')
    assert.equal((await mutate('stopChallenger(useCase: TFD, name: "none")')).code, 'CHALLENGER_NOT_FOUND')
    assert.deepEqual(
      (await current()).models.map(({ name }) => name),
      ['weighted-naive-bayes', 'linear'],
    )
  })

  test('promotes a challenger: from the next event on it is published, and the champion before learns on', async () => {
    const added = await mutate(
      'startChallenger(input: { useCase: TFD, challenger: { learner: "hoeffding-tree", name: "tree", seed: "7" } })',
    )
    assert.equal(named(added, 'tree').since, sent)
    await send(100)
    const promoted = await mutate('promoteChallenger(useCase: TFD, name: "linear")')
    assert.deepEqual(promoted.promotions, [
      { sequence: sent, from: 'weighted-naive-bayes', to: 'linear', by: 'PERSON' },
    ])
    assert.equal(promoted.model.learner, 'logistic-regression')
    const session = await send(50)
    const [prediction] = await newest()
    assert.deepEqual(prediction?.challengers.map(({ name }) => name).sort(), ['tree', 'weighted-naive-bayes'])
    assert.equal(named(session, 'weighted-naive-bayes').comparison?.n, 50)
    assert.equal(named(session, 'weighted-naive-bayes').version, sent)
  })

  test('has the same models after its process was killed', async () => {
    const before = await current()
    await platform.kill()
    await boot()
    const session = await until('the session to go on', async () => {
      const found = await current()
      return found.state === 'RUNNING' && found.models.length === 3 && found
    })
    assert.equal(session.id, before.id)
    assert.deepEqual(session.models, before.models)
    assert.deepEqual(session.promotions, before.promotions)
    assert.deepEqual(session.metrics, before.metrics)
    assert.deepEqual((await send(50)).promotions, before.promotions)
  })

  test('goes back to the champion before', async () => {
    const session = await mutate('rollbackPromotion(useCase: TFD)')
    assert.deepEqual(
      session.promotions.map(({ from, to, by }) => [from, to, by]),
      [
        ['linear', 'weighted-naive-bayes', 'ROLLBACK'],
        ['weighted-naive-bayes', 'linear', 'PERSON'],
      ],
    )
    assert.equal((await mutate('stopChallenger(useCase: TFD, name: "tree")')).models.length, 2)
    await send(50)
    const [prediction] = await newest()
    assert.deepEqual(
      prediction?.challengers.map(({ name }) => name),
      ['linear'],
    )
  })

  test('takes a corrected label back into its metrics, once, and ignores one that says the same', async () => {
    const before = await current()
    const prediction = (await newest(20)).find(({ label }) => label === 0)
    assert.ok(prediction)
    const submit = (label: number) =>
      ask(
        platform.url,
        'mutation ($input: SubmitLabelInput!) { submitLabel(input: $input) { __typename } }',
        {
          input: { prediction: { id: prediction.id, label } },
        },
      )
    await submit(1)
    await submit(1)
    await submit(0)
    const corrected = await until('the labels', async () => {
      const session = await current()
      return session.correctedLabels + session.repeatedLabels === 3 && session
    })
    assert.deepEqual([corrected.correctedLabels, corrected.repeatedLabels], [2, 1])
    assert.equal(corrected.labels, before.labels)
    const settled = await until('the metrics', async () => {
      const { metrics } = await current()
      const off = Math.abs((metrics[0]?.value ?? 0) - (before.metrics[0]?.value ?? 0))
      return off < 1e-9 && metrics
    })
    assert.equal(settled[0]?.n, before.metrics[0]?.n)
  })
})
