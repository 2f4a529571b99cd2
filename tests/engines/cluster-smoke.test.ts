import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Cluster, startCluster } from '#cluster/start-cluster.ts'
import { ask } from '../e2e/support/ask.ts'
import { graphql } from '../e2e/support/graphql.ts'
import { createSubscriber } from '../e2e/support/subscriber.ts'
import { until } from '../e2e/support/until.ts'

/** Many times what a lease that runs out, a checkpoint, and the order log after it take. */
const TAKE_OVER_MS = 60_000

interface Session {
  id: string
  state: string
  predictions: number
  run: { id: string } | null
}

/** In the order in which the tests stand: each goes on where the one before left the processes. */
describe('every role as a process of its own', () => {
  let cluster: Cluster
  const lines: string[] = []
  const sessionOf = async (url: string, useCase: string) => {
    const { useCase: found } = await ask<{ useCase: { session: Session } }>(
      url,
      'query ($id: UseCaseId!) { useCase(id: $id) { session { id state predictions run { id } } } }',
      { id: useCase },
    )
    return found.session
  }
  /** SIGTERM. A process that takes longer than it gives itself ends with another code. */
  const end = async (name: string) =>
    assert.equal(await cluster.role(name).stop(), 0, cluster.role(name).output())
  /** Instances by the service that they run. */
  const services = async () => {
    const { services } = await ask<{ services: { name: string; instance: string; state: string }[] }>(
      cluster.url,
      '{ services { name instance state } }',
    )
    return services
  }

  /** One statement, with the rows that the lake does not have yet. */
  const sql = async <Row extends unknown[]>(url: string, statement: string) => {
    const { sql } = await ask<{
      sql: { rows: Row[]; complete: boolean; exports: { format: string; url: string }[] }
    }>(
      url,
      'query ($statement: String!) { sql(statement: $statement, asOf: { mode: LIVE }, wait: 25000) { rows complete exports { format url } } }',
      { statement },
    )
    assert.ok(sql.complete)
    return sql
  }
  const rowCount = async () => {
    const { table } = await ask<{ table: { rowCount: number } }>(
      cluster.url,
      '{ table(name: "tfd.predictions") { rowCount } }',
    )
    return table.rowCount
  }

  before(async () => {
    cluster = await startCluster({
      incremental: 2,
      gateways: 2,
      sinks: 2,
      sql: 2,
      batch: 2,
      producers: 2,
      onLine: (name, line) => void lines.push(`${name} ${line}`),
    })
  })
  after(() => cluster?.stop())

  test('any gateway answers queries over all subgraphs, about sessions whichever process runs them', async () => {
    for (const url of cluster.urls) {
      for (const useCase of ['TFD', 'ETA', 'ECCI']) {
        await until(`predictions of ${useCase} and its run`, async () => {
          const { state, predictions, run } = await sessionOf(url, useCase)
          return state === 'RUNNING' && predictions > 0 && run !== null
        })
      }
    }
    const owners = (await services()).filter(({ name }) => name.startsWith('learner/'))
    assert.deepEqual(
      owners.map(({ name }) => name),
      ['learner/ECCI', 'learner/ETA', 'learner/TFD'],
    )
    for (const { instance } of owners) assert.match(instance, /^incremental-[12]$/)
  })

  test('predictions reach a websocket, with what other subgraphs know', async () => {
    await using subscriber = createSubscriber(cluster.urls[1] as string)
    const { take } = subscriber.subscribe<{
      predictions: { id: string; useCase: { lag: { group: string } } }
    }>('subscription { predictions(useCase: TFD) { id useCase { lag { group } } } }')
    const messages = await take(20)
    assert.equal(new Set(messages.map(({ data }) => data?.predictions.id)).size, 20)
    assert.equal(messages[0]?.data?.predictions.useCase.lag.group, 'learner.tfd')
  })

  test('generators in another process do what a gateway is asked', async () => {
    for (const [i, url] of cluster.urls.entries()) {
      const { setProducer } = await ask<{ setProducer: { __typename: string; rate: number } }>(
        url,
        'mutation ($rate: Float!) { setProducer(input: { useCase: ETA, rate: $rate }) { __typename ... on Producer { rate } } }',
        { rate: 30 + i },
      )
      assert.deepEqual(setProducer, { __typename: 'Producer', rate: 30 + i })
    }
    const { injectDrift } = await ask<{ injectDrift: { drift: { kind: string }[] } }>(
      cluster.url,
      'mutation { injectDrift(input: { useCase: TFD }) { ... on Producer { drift { kind } } } }',
    )
    assert.deepEqual(injectDrift.drift, [{ kind: 'ABRUPT' }])
    const sent = async () => {
      const { useCase } = await ask<{ useCase: { producer: { sent: number; rate: number } } }>(
        cluster.url,
        '{ useCase(id: ETA) { producer { sent rate } } }',
      )
      assert.equal(useCase.producer.rate, 31)
      return useCase.producer.sent
    }
    const before = await sent()
    await until('more events', async () => (await sent()) > before)
  })

  test('a session pauses and goes on, whichever process the request comes to', async () => {
    const state = async (mutation: string) => {
      const { result } = await ask<{ result: { state?: string; code?: string; message?: string } }>(
        cluster.url,
        `mutation { result: ${mutation}(useCase: ECCI) { ... on TrainingSession { state } ... on Problem { code message } } }`,
      )
      return result.state ?? `${result.code}: ${result.message}`
    }
    for (let round = 0; round < 2; round++) {
      assert.equal(await state('pauseTraining'), 'PAUSED')
      assert.equal(await state('resumeTraining'), 'RUNNING')
    }
  })

  test('a subgraph takes no request that its gateway has not signed', async () => {
    for (const name of ['incremental-1', 'observability-1', 'sql-1', 'sql-2', 'batch-1']) {
      const { url } = cluster.role(name)
      const { status, errors } = await graphql(url, '{ __typename }')
      assert.equal(status, 403)
      assert.equal(errors?.[0]?.extensions?.code, 'FORBIDDEN')
      for (const path of ['/livez', '/readyz', '/healthz', '/metrics'])
        assert.equal((await fetch(`${url}${path}`)).status, 200, path)
    }
  })

  test('any gateway answers SQL, and gives results as files', async () => {
    await until('rows in the lake', async () => (await rowCount()) > 0)
    for (const url of cluster.urls) {
      const { rows, exports } = await sql<[number, number]>(
        url,
        'SELECT count(*), count(DISTINCT (session, seq)) FROM tfd.predictions',
      )
      const [[count, distinct]] = rows as [[number, number]]
      assert.ok(count > 0)
      assert.equal(count, distinct)
      const file = exports.find(({ format }) => format === 'CSV')?.url ?? ''
      const response = await fetch(`${url}${file}`)
      assert.equal(response.status, 200)
      assert.match(await response.text(), new RegExp(`\\b${count},${distinct}\\b`))
    }
  })

  test('the stored row of a prediction is there soon after it', async () => {
    const { overview } = await ask<{ overview: { useCases: { latestPrediction: { id: string } }[] } }>(
      cluster.url,
      '{ overview { useCases { latestPrediction { id } } } }',
    )
    for (const { latestPrediction } of overview.useCases) {
      const { prediction } = await until('its stored row', async () => {
        const answer = await ask<{
          prediction: {
            eventJson: Record<string, unknown>
            storedRow: { row: Record<string, unknown> } | null
          }
        }>(cluster.url, 'query ($id: ID!) { prediction(id: $id) { eventJson storedRow { row } } }', {
          id: latestPrediction.id,
        })
        return answer.prediction.storedRow && answer
      })
      const [name = ''] = Object.keys(prediction.eventJson)
      assert.equal(prediction.storedRow?.row[name], prediction.eventJson[name])
    }
  })

  test('a job goes on when the process that works on it is killed, and its model answers at any gateway', async () => {
    const { startBatchTraining: job } = await ask<{
      startBatchTraining: { id: string; run: { id: string } }
    }>(
      cluster.url,
      `mutation { startBatchTraining(input: { useCase: ECCI, learner: K_MEANS, segment: EVENTS }) {
        ... on TrainingJob { id run { id } } ... on Problem { message }
      } }`,
    )
    const stateOf = async () => {
      const { trainingJob } = await ask<{
        trainingJob: { state: string; attempts: number; problem: { message: string } | null }
      }>(cluster.url, 'query ($id: ID!) { trainingJob(id: $id) { state attempts problem { message } } }', job)
      return trainingJob
    }
    await until('the job to begin', async () => (await stateOf()).state !== 'QUEUED')
    await cluster.role('batch-1').kill()
    const ended = await until(
      'the job to end',
      async () => {
        const found = await stateOf().catch(() => null)
        return found && ['DONE', 'FAILED'].includes(found.state) && found
      },
      { withinMs: TAKE_OVER_MS },
    )
    assert.equal(ended.state, 'DONE', ended.problem?.message)
    await cluster.role('batch-1').restart()
    for (const url of cluster.urls) {
      const opinion = await until('a second opinion', async () => {
        const { useCase } = await ask<{
          useCase: {
            recentPredictions: { secondOpinion: { cluster: number; model: { id: string } } | null }[]
          }
        }>(
          url,
          '{ useCase(id: ECCI) { recentPredictions(first: 1) { secondOpinion { cluster model { id } } } } }',
        )
        return useCase.recentPredictions[0]?.secondOpinion
      })
      assert.equal(opinion.model.id, job.run.id)
      assert.ok(opinion.cluster >= 0)
    }
  })

  test('when the processes that write the lake and that answer SQL are killed, others go on', async () => {
    const before = await rowCount()
    const writers = ['sink-1', 'sink-2'].map(name => cluster.role(name))
    await writers[0]?.kill()
    await cluster.role('sql-1').kill()
    await until('more rows', async () => (await rowCount().catch(() => 0)) > before, {
      withinMs: TAKE_OVER_MS,
    })
    // The other one may hold some of the leases as well.
    await writers[0]?.restart()
    const between = await rowCount()
    await writers[1]?.kill()
    await until('more rows', async () => (await rowCount()) > between, { withinMs: TAKE_OVER_MS })
    const { rows } = await sql<[number, number]>(
      cluster.url,
      'SELECT count(*), max(seq) + 1 FROM tfd.predictions GROUP BY session',
    )
    for (const [count, next] of rows) assert.equal(count, next)
    for (const name of ['sink-2', 'sql-1']) await cluster.role(name).restart()
  })

  test('when the process that generates is told to end, the one that stands by goes on', async () => {
    const duty = async (name: string) => {
      const { checks } = (await (await fetch(`${cluster.role(name).url}/readyz`)).json()) as {
        checks: { generators: string }
      }
      return checks.generators
    }
    const [first, second] =
      (await duty('producers-1')) === 'generating'
        ? ['producers-1', 'producers-2']
        : ['producers-2', 'producers-1']
    assert.equal(await duty(second as string), 'standing by')
    await end(first as string)
    await until('the other to generate', async () => (await duty(second as string)) === 'generating')
    const { useCase } = await until('its heartbeat', async () => {
      const answer = await ask<{
        useCase: { producer: { running: boolean; rate: number; sent: number } | null }
      }>(cluster.url, '{ useCase(id: ETA) { producer { running rate sent } } }')
      return (answer.useCase.producer?.sent ?? 0) > 0 && answer
    })
    // It knows what the other one was told.
    assert.deepEqual([useCase.producer?.running, useCase.producer?.rate], [true, 31])
  })

  test('when a process that learns is told to end, the other one goes on with its sessions', async () => {
    const owner = async () => (await services()).find(({ name }) => name === 'learner/TFD')?.instance
    const first = (await until('an owner', owner)) as string
    const before = await sessionOf(cluster.url, 'TFD')
    await end(first)
    await until(
      'another owner',
      async () => {
        const now = await owner()
        return now !== undefined && now !== first
      },
      { withinMs: TAKE_OVER_MS },
    )
    await until(
      'more predictions of the same session',
      async () => {
        const { id, state, predictions } = await sessionOf(cluster.url, 'TFD')
        assert.equal(id, before.id)
        return state === 'RUNNING' && predictions > before.predictions
      },
      { withinMs: TAKE_OVER_MS },
    )
    await cluster.role(first).restart()
  })

  test('generators that nobody runs are a problem with a code', async () => {
    for (const name of ['producers-1', 'producers-2']) await end(name)
    const { setProducer } = await ask<{ setProducer: { code: string; message: string } }>(
      cluster.url,
      'mutation { setProducer(input: { useCase: TFD, rate: 5 }) { ... on Problem { code message } } }',
    )
    assert.equal(setProducer.code, 'PRODUCER_UNREACHABLE')
    const { useCase } = await until('the last heartbeat to be forgotten', async () => {
      const answer = await ask<{ useCase: { producer: object | null } }>(
        cluster.url,
        '{ useCase(id: TFD) { producer { sent } } }',
      )
      return answer.useCase.producer === null && answer
    })
    assert.equal(useCase.producer, null)
  })

  test('every other process ends in order, too, and nothing went wrong on the way', async () => {
    const names = [...cluster.roles.keys()].filter(name => !name.startsWith('producers'))
    assert.equal(names.length, 11, names.join())
    for (const name of names) await end(name)
    const { SUBGRAPH_SECRET = '', REDIS_URL = '', AWS_SECRET_ACCESS_KEY = '' } = cluster.env
    for (const line of lines) {
      assert.doesNotMatch(line, /\berror: /)
      for (const secret of [SUBGRAPH_SECRET, AWS_SECRET_ACCESS_KEY, new URL(REDIS_URL).password])
        assert.ok(!line.includes(secret), 'A secret is in the log.')
    }
  })
})
