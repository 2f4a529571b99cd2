import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ask } from '../support/ask.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { createSubscriber, type Message, type Subscriber } from '../support/subscriber.ts'
import { until } from '../support/until.ts'

interface Predictions {
  predictions: { id: string; eventId: string; score: number; event: { amount: number; currency: string } }
}

const FIELDS =
  'id eventId score detail { ... on TfdDetail { flagged } } event { ... on TfdEvent { amount currency } }'
const predictionsOf = (messages: readonly Message<Predictions>[]) =>
  messages.map(({ data }) => (data as Predictions).predictions)

describe('subscriptions of a platform that learns from its own generators', () => {
  let platform: PlatformProcess
  let subscriber: Subscriber

  before(async () => {
    platform = await startPlatformProcess({ args: ['--ephemeral', '--rate', '100', '--label-speed', '20'] })
    subscriber = createSubscriber(platform.url)
  })
  after(async () => {
    await subscriber?.[Symbol.asyncDispose]()
    await platform?.kill()
  })

  describe('predictions', () => {
    test('`where` lets exactly the matching ones through', async () => {
      const all = subscriber.subscribe<Predictions>(
        `subscription { predictions(useCase: TFD) { ${FIELDS} } }`,
      )
      await all.take(1)
      const where = { tfd: { amount: { gt: 100, lte: 2000 }, currency: { in: ['USD', 'EUR'] } } }
      const some = subscriber.subscribe<Predictions>(
        `subscription ($where: EventFilter) { predictions(useCase: TFD, where: $where) { ${FIELDS} } }`,
        { where },
      )
      await some.take(20)
      some.leave()
      const filtered = predictionsOf(some.messages)
      await all.until('the last filtered one', messages =>
        predictionsOf(messages).some(({ id }) => id === filtered.at(-1)?.id),
      )
      all.leave()
      const seen = predictionsOf(all.messages)
      const between = seen.slice(
        seen.findIndex(({ id }) => id === filtered[0]?.id),
        seen.findIndex(({ id }) => id === filtered.at(-1)?.id) + 1,
      )
      const expected = between.filter(
        ({ event: { amount, currency } }) =>
          amount > 100 && amount <= 2000 && ['USD', 'EUR'].includes(currency),
      )
      assert.deepEqual(filtered, expected)
      assert.ok(expected.length < between.length)
    })

    test('`sample` chooses the same share of events for everybody', async () => {
      const text = (sample: number) =>
        `subscription { predictions(useCase: TFD, sample: ${sample}) { id eventId score } }`
      const all = subscriber.subscribe<Predictions>(text(1))
      await all.take(1)
      const half = subscriber.subscribe<Predictions>(text(0.5))
      await half.take(1)
      const quarter = subscriber.subscribe<Predictions>(text(0.25))
      const ids = ({ messages }: typeof all) => predictionsOf(messages).map(({ eventId }) => eventId)
      await quarter.take(30)
      quarter.leave()
      const quarters = ids(quarter)
      const [first, last] = [quarters[0] as string, quarters.at(-1) as string]
      for (const stream of [all, half]) {
        await stream.until('the last of the quarter', () => ids(stream).includes(last))
        stream.leave()
      }
      const between = (found: string[]) => found.slice(found.indexOf(first), found.indexOf(last) + 1)
      const [range, halves] = [between(ids(all)), between(ids(half))]
      // A sample is a subset of each larger one, in the same order.
      assert.deepEqual(
        halves.filter(id => quarters.includes(id)),
        quarters,
      )
      assert.ok(quarters.length < 0.45 * range.length && quarters.length > 0.1 * range.length)
      assert.ok(halves.length < 0.7 * range.length && halves.length > 0.3 * range.length)
    })

    test('`maxPerSecond` leaves out the rest and counts it', async () => {
      const began = performance.now()
      const { messages, take, leave } = subscriber.subscribe<Predictions>(
        'subscription { predictions(useCase: TFD, maxPerSecond: 5) { id eventId score } }',
      )
      await take(6)
      leave()
      const seconds = (performance.now() - began) / 1000
      assert.ok(messages.length <= 5 * seconds + 2, `${messages.length} in ${seconds} s`)
      const sequences = predictionsOf(messages).map(({ id }) => sequenceOf(id))
      messages.forEach(({ extensions }, index) => {
        const before = sequences[index - 1]
        if (before === undefined) return
        assert.equal(sequences[index], before + 1 + (extensions?.dropped ?? 0))
      })
      assert.ok(messages.some(({ extensions }) => Number(extensions?.dropped) > 5))
    })

    for (const [name, args, code] of [
      ['a share of 0', 'sample: 0', 'BAD_USER_INPUT'],
      ['a rate of 0', 'maxPerSecond: 0', 'BAD_USER_INPUT'],
      ['a filter of another use case', 'where: { eta: { weather: { eq: "Rain" } } }', 'INVALID_FILTER'],
      ['a filter of two use cases', 'where: { tfd: {}, eta: {} }', 'GRAPHQL_VALIDATION_FAILED'],
      ['a cursor that is none', 'resumeFrom: "nonsense"', 'INVALID_CURSOR'],
    ] as const) {
      test(`${name} is refused with ${code}`, async () => {
        const refused = subscriber.subscribe(`subscription { predictions(useCase: TFD, ${args}) { id } }`)
        assert.equal(await until('a refusal', () => codeOf(refused)), code)
      })
    }
  })

  test('outcomes tell the label and the loss of the prediction that was made before it', async () => {
    type Outcome = {
      outcomes: {
        label: number
        loss: number
        prediction: { id: string; score: number; label: number; useCase: { lag: { totalLag: number } } }
      }
    }
    const text = (useCase: string) =>
      `subscription { outcomes(useCase: ${useCase}) { label loss prediction { id score label useCase { lag { totalLag } } } } }`
    const predicted = subscriber.subscribe<Predictions>(
      'subscription { predictions(useCase: TFD) { id eventId score } }',
    )
    const fraud = subscriber.subscribe<Outcome>(text('TFD'))
    const trips = subscriber.subscribe<Outcome>(text('ETA'))
    const scoreOf = (id: string) => predictionsOf(predicted.messages).find(found => found.id === id)?.score
    const known = await until('outcomes of predictions seen before', () => {
      const outcomes = fraud.messages.map(({ data }) => data?.outcomes)
      const seen = outcomes.filter(outcome => outcome && scoreOf(outcome.prediction.id) !== undefined)
      return seen.length >= 20 && (seen as Outcome['outcomes'][])
    })
    await trips.take(20)
    for (const stream of [predicted, fraud, trips]) stream.leave()
    for (const { label, loss, prediction } of known) {
      assert.equal(prediction.score, scoreOf(prediction.id))
      assert.equal(prediction.label, label)
      close(loss, -Math.log(label === 1 ? prediction.score : 1 - prediction.score))
    }
    for (const { data } of trips.messages) {
      const { label, loss, prediction } = (data as Outcome).outcomes
      assert.equal(prediction.label, label)
      close(loss, Math.abs(label - prediction.score))
    }
  })

  test('outcomes keep to their filter', async () => {
    type Outcome = { outcomes: { prediction: { event: { amount: number } } } }
    const { take, leave } = subscriber.subscribe<Outcome>(
      'subscription { outcomes(useCase: TFD, where: { tfd: { amount: { gt: 200 } } }) { prediction { event { ... on TfdEvent { amount } } } } }',
    )
    for (const { data } of await take(3)) assert.ok(Number(data?.outcomes.prediction.event.amount) > 200)
    leave()
  })

  test('clustering has no outcomes, and says so by silence; its metrics come all the same', async () => {
    type Metrics = { metrics: { useCase: { id: string }; metrics: { name: string; n: number }[] } }
    const outcomes = subscriber.subscribe('subscription { outcomes(useCase: ECCI) { loss } }')
    const metrics = subscriber.subscribe<Metrics>(
      'subscription { metrics(useCase: ECCI, names: ["clusters"]) { useCase { id } metrics { name n } } }',
    )
    const found = await metrics.take(3)
    assert.deepEqual([outcomes.messages.length, outcomes.failure], [0, null])
    for (const stream of [outcomes, metrics]) stream.leave()
    const counts = found.map(({ data }) => data?.metrics.metrics[0]?.n ?? 0)
    assert.deepEqual(
      found.map(({ data }) => data?.metrics.metrics.map(({ name }) => name)),
      [['clusters'], ['clusters'], ['clusters']],
    )
    assert.ok((counts[2] as number) > (counts[0] as number))
  })

  test('metrics begin with those in force and grow', async () => {
    type Metrics = {
      metrics: {
        predictions: number
        session: { id: string }
        metrics: { name: string; value: number; n: number; direction: string }[]
      }
    }
    const { take, leave } = subscriber.subscribe<Metrics>(
      'subscription { metrics(useCase: ETA, names: ["mae", "r2"], maxPerSecond: 5) { at predictions session { id } metrics { name value n direction } } }',
    )
    const found = (await take(4)).map(({ data }) => (data as Metrics).metrics)
    leave()
    for (const { metrics } of found) {
      assert.deepEqual(
        metrics.map(({ name, direction }) => [name, direction]),
        [
          ['mae', 'LOWER_IS_BETTER'],
          ['r2', 'HIGHER_IS_BETTER'],
        ],
      )
    }
    const [first, last] = [found[0], found.at(-1)]
    assert.ok(Number(last?.predictions) > Number(first?.predictions))
    assert.ok(Number(last?.metrics[0]?.n) > Number(first?.metrics[0]?.n))
    const refused = subscriber.subscribe('subscription { metrics(useCase: ETA, names: ["recall"]) { at } }')
    assert.equal(await until('a refusal', () => codeOf(refused)), 'BAD_USER_INPUT')
  })

  test('trainingSession begins with how it is, tells progress, and every change of state at once', async () => {
    type Session = { trainingSession: { id: string; state: string; predictions: number } }
    const {
      take,
      until: untilMessages,
      leave,
    } = subscriber.subscribe<Session>(
      'subscription { trainingSession(useCase: ETA) { id state predictions } }',
    )
    const states = (messages: readonly Message<Session>[]) =>
      messages
        .map(({ data }) => data?.trainingSession.state)
        .filter((state, index, all) => state !== all[index - 1])
    const [first] = await take(2)
    await ask(platform.url, 'mutation { pauseTraining(useCase: ETA) { __typename } }')
    await untilMessages('PAUSED', messages => states(messages).includes('PAUSED'))
    await ask(platform.url, 'mutation { resumeTraining(useCase: ETA) { __typename } }')
    const found = await untilMessages('RUNNING', messages => states(messages).length >= 3)
    leave()
    assert.deepEqual(states(found), ['RUNNING', 'PAUSED', 'RUNNING'])
    assert.deepEqual(new Set(found.map(({ data }) => data?.trainingSession.id)).size, 1)
    assert.ok(Number(first?.data?.trainingSession.predictions) > 0)
  })

  test('overview pushes rates, lag, metrics and newest predictions of all use cases', async () => {
    type Overview = {
      overview: {
        at: string
        useCases: {
          useCase: { id: string; session: { predictions: number } }
          lag: number
          latestPrediction: { id: string; score: number } | null
          metrics: { name: string }[]
        }[]
      }
    }
    const { until: untilMessages, leave } = subscriber.subscribe<Overview>(
      'subscription { overview(maxPerSecond: 10) { at useCases { useCase { id session { predictions } } eventsPerSecond predictionsPerSecond lag latestPrediction { id score } metrics { name } } } }',
    )
    const newest = ({ data }: Message<Overview>) =>
      sequenceOf(data?.overview.useCases[0]?.latestPrediction?.id ?? '')
    const messages = await untilMessages(
      'a newer prediction',
      found =>
        found.length > 2 && newest(found.at(-1) as (typeof found)[0]) > newest(found[0] as (typeof found)[0]),
    )
    const found = messages.map(({ data }) => (data as Overview).overview)
    leave()
    for (const { useCases } of found) {
      assert.deepEqual(
        useCases.map(({ useCase }) => useCase.id),
        ['TFD', 'ETA', 'ECCI'],
      )
      assert.ok(useCases.every(({ latestPrediction }) => Number.isFinite(latestPrediction?.score)))
    }
    const refused = subscriber.subscribe('subscription { overview(maxPerSecond: 31) { at } }')
    assert.equal(await until('a refusal', () => codeOf(refused)), 'BAD_USER_INPUT')
  })
})

function codeOf({ failure, messages }: { failure: unknown; messages: readonly Message<unknown>[] }) {
  const errors = Array.isArray(failure) ? failure : messages[0]?.errors
  return errors?.[0]?.extensions?.code as string | undefined
}

function close(given: number, wanted: number): void {
  assert.ok(
    Math.abs(given - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted)),
    `${given} given, ${wanted} wanted`,
  )
}

/** Ids are opaque to clients; a test may look inside to count what was left out. */
function sequenceOf(id: string): number {
  return Number(Buffer.from(id, 'base64url').toString().split(' ')[2])
}
