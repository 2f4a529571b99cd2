import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { useCases } from '#use-cases/index.ts'
import { camelCase } from '#use-cases/names.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { ask } from '../support/ask.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

interface MetricData {
  name: string
  title: string
  value: number | null
  n: number
  direction: string
}

interface SessionData {
  id: string
  state: string
  predictions: number
  labels: number
  pendingLabels: number
  deadLetters: number
  duplicates: number
  recoveries: number
  metrics: MetricData[]
  model: { id: string; learner: string; parameters: object; version: number; sizeBytes: number }
}

const SESSION = `session {
  id state reason startedAt endedAt predictions labels pendingLabels deadLetters duplicates recoveries
  metrics { name title value n direction window }
  model { id learner parameters version sizeBytes session { id } }
}`

describe('queries of a platform that learns from its own generators', () => {
  let platform: PlatformProcess
  const query = <T>(text: string, variables?: Record<string, unknown>) =>
    ask<T>(platform.url, text, variables)

  before(async () => {
    platform = await startPlatformProcess({ args: ['--ephemeral', '--rate', '60', '--label-speed', '20'] })
    await until('predictions and labels in every use case that has labels', async () => {
      const found = await query<{ useCases: { session: SessionData }[] }>(`{ useCases { ${SESSION} } }`)
      const [tfd, eta, ecci] = found.useCases.map(({ session }) => session)
      return Number(tfd?.labels) > 20 && Number(eta?.labels) > 20 && Number(ecci?.predictions) > 20
    })
  })
  after(() => platform?.kill())

  test('useCases tells what is declared', async () => {
    const found = await query<{ useCases: Record<string, unknown>[] }>(`{ useCases {
      id title description task topic
      fields { name jsonName type columnType nullable knownLater unit description }
      features { name kind description }
    } }`)
    assert.deepEqual(
      found.useCases.map(({ id, title, description, task, topic }) => ({
        id,
        title,
        description,
        task,
        topic,
      })),
      useCases.map(({ id, title, description, task, topic }) => ({
        id,
        title,
        description,
        task: task.toUpperCase(),
        topic,
      })),
    )
    for (const [index, useCase] of useCases.entries()) {
      const { fields, features } = found.useCases[index] as Record<string, Record<string, unknown>[]>
      assert.deepEqual(
        fields?.map(({ name, jsonName, knownLater, nullable }) => ({ name, jsonName, knownLater, nullable })),
        Object.entries(useCase.fields).map(([jsonName, { availability, presence }]) => ({
          name: camelCase(jsonName),
          jsonName,
          knownLater: availability === 'later',
          nullable: presence !== 'required',
        })),
      )
      assert.deepEqual(
        features?.map(({ name, kind }) => [name, kind]),
        useCase.features.map(({ name, kind }) => [name, kind.toUpperCase()]),
      )
    }
  })

  test('a session tells its progress, its model and the metrics of its task', async () => {
    const found = await query<{ useCases: { id: string; session: SessionData }[] }>(
      `{ useCases { id ${SESSION} } }`,
    )
    for (const [index, { id, session }] of found.useCases.entries()) {
      const declared = useCases[index] as (typeof useCases)[number]
      assert.equal(session.state, 'RUNNING', id)
      assert.ok(session.predictions > 20, id)
      assert.deepEqual([session.deadLetters, session.duplicates, session.recoveries], [0, 0, 0], id)
      assert.deepEqual(
        session.metrics.map(({ name }) => name),
        [...declared.metrics],
      )
      assert.ok(
        session.metrics.every(
          ({ value, title }) => title !== '' && (value === null || Number.isFinite(value)),
        ),
      )
      const { model } = session
      assert.equal(model.learner, declared.online.learner)
      assert.ok(model.version > 0 && model.sizeBytes > 0 && model.id.includes(session.id), id)
      if (declared.task === 'clustering') {
        assert.deepEqual([session.labels, session.pendingLabels], [0, 0])
        assert.equal(model.version, session.predictions)
        continue
      }
      assert.ok(session.labels > 20, id)
      assert.equal(session.labels + session.pendingLabels, session.predictions, id)
      assert.equal(model.version, session.labels, id)
      assert.ok(
        session.metrics.some(({ value, n }) => value !== null && n > 0),
        id,
      )
    }
  })

  test('metrics are chosen by name, and a name that is not reported is refused with the known ones', async () => {
    const metrics = (names: string[]) =>
      fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          query:
            'query ($names: [String!]) { useCase(id: ETA) { session { metrics(names: $names) { name } } } }',
          variables: { names },
        }),
      }).then(response => response.json()) as Promise<Record<string, unknown>>
    assert.deepEqual(await metrics(['mae', 'r2']), {
      data: { useCase: { session: { metrics: [{ name: 'mae' }, { name: 'r2' }] } } },
    })
    const [error] = (await metrics(['accuracy']))['errors'] as {
      message: string
      extensions: { code: string }
    }[]
    assert.equal(error?.extensions.code, 'BAD_USER_INPUT')
    assert.match(error?.message ?? '', /accuracy given, some of mae, rmse/)
  })

  test('a recent prediction is found by its id, whole', async () => {
    const fields = `id useCase { id } session { id } at eventTime eventId eventJson score latencyMs modelVersion model { id }
      detail { __typename ... on TfdDetail { flagged threshold } ... on EtaDetail { expectedError } ... on EcciDetail { cluster sessionId sessionEvents } }
      event { __typename ... on TfdEvent { transactionId amount isFraud location { lat } } ... on EtaEvent { tripId } ... on EcciEvent { eventId sessionId } }`
    type Found = Record<string, unknown> & {
      id: string
      score: number
      eventId: string
      latencyMs: number
      eventJson: object
    }
    for (const { id, eventId } of useCases) {
      const { useCase } = await query<{ useCase: { session: { id: string }; recentPredictions: Found[] } }>(
        `query ($id: UseCaseId!) { useCase(id: $id) { session { id } recentPredictions(first: 3) { ${fields} } } }`,
        { id },
      )
      assert.equal(useCase.recentPredictions.length, 3)
      for (const recent of useCase.recentPredictions) {
        const { prediction } = await query<{ prediction: Found }>(
          `query ($id: ID!) { prediction(id: $id) { ${fields} label cursor } }`,
          { id: recent.id },
        )
        const { label, cursor, ...same } = prediction
        assert.deepEqual(same, recent)
        assert.equal(cursor, null)
        assert.ok(label === null || typeof label === 'number')
        assert.deepEqual(recent['useCase'], { id })
        assert.deepEqual(recent['session'], useCase.session)
        assert.equal((recent.eventJson as Record<string, unknown>)[eventId], recent.eventId)
        assert.ok(Number.isFinite(recent.score) && recent.latencyMs >= 0)
        const { __typename } = recent['event'] as { __typename: string }
        assert.equal(__typename.toUpperCase(), `${id}EVENT`)
      }
    }
  })

  test('an id that was never given is null, one that can be none is refused with INVALID_ID', async () => {
    const unknown = Buffer.from('TFD 00000000-0000-0000-0000-000000000000 1').toString('base64url')
    const by = 'query ($id: ID!) { prediction(id: $id) { id } }'
    assert.deepEqual(await query(by, { id: unknown }), { prediction: null })
    const response = await fetch(`${platform.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: by, variables: { id: 'nonsense' } }),
    })
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] }
    assert.equal(errors[0]?.extensions.code, 'INVALID_ID')
  })

  test('one query reads across both subgraphs', async () => {
    type Found = {
      useCases: {
        id: string
        lag: { group: string; topic: string; totalLag: number; partitions: { lag: number }[] }
        topics: {
          name: string
          records: number
          bytes: number
          partitions: { start: number; end: number }[]
        }[]
        throughput: { eventsPerSecond: number; predictionsPerSecond: number }
        session: { predictions: number }
      }[]
    }
    const text = `{ useCases {
      id session { predictions }
      lag { group topic totalLag partitions { partition committed end lag } }
      topics { name records bytes partitions { partition start end bytes } }
      throughput { eventsPerSecond predictionsPerSecond }
    } }`
    const found = await until('rates of all use cases', async () => {
      const answer = await query<Found>(text)
      return answer.useCases.every(({ throughput }) => throughput.predictionsPerSecond > 1) && answer
    })
    for (const [index, { lag, topics, session }] of found.useCases.entries()) {
      const declared = useCases[index] as (typeof useCases)[number]
      const { truth: _truth, drift: _drift, ...own } = topicsOf(declared)
      assert.equal(lag.topic, declared.topic)
      assert.equal(
        lag.partitions.reduce((sum, partition) => sum + partition.lag, 0),
        lag.totalLag,
      )
      const names = topics.map(({ name }) => name)
      for (const name of Object.values(own)) assert.ok(names.includes(name), `${name} of ${names.join(', ')}`)
      const events = topics.find(({ name }) => name === declared.topic)
      assert.ok(events && events.records >= session.predictions && events.bytes > 100 * events.records)
    }
  })

  test('services, topology and consumer groups name the parts of the deployment', async () => {
    await until('the sink to have opened its tables', async () => {
      const { services } = await query<{ services: { name: string; state: string }[] }>(
        '{ services { name state } }',
      )
      return services.find(({ name }) => name === 'sink')?.state === 'UP'
    })
    const found = await query<{
      services: { name: string; state: string; process: { pid: number; residentBytes: number } }[]
      topology: {
        nodes: { id: string; kind: string }[]
        edges: { from: string; to: string; recordsPerSecond: number }[]
      }
      consumerGroups: { group: string; topic: string; totalLag: number }[]
      one: { group: string }[]
    }>(`{
      services { name state message since process { pid startedAt nodeVersion residentBytes heapUsedBytes cpuSeconds eventLoopDelayP99Ms } }
      topology { nodes { id kind title } edges { from to recordsPerSecond } }
      consumerGroups { group topic totalLag partitions { partition committed end lag } }
      one: consumerGroups(topic: "${useCases[0].topic}") { group }
    }`)
    assert.deepEqual(
      found.services.map(({ name }) => name).sort(),
      [
        'batch',
        'event-log',
        'gateway',
        'lake',
        'sink',
        'sql',
        'tracking',
        ...useCases.map(({ id }) => `learner/${id}`),
      ].sort(),
    )
    for (const { state, process, name } of found.services) {
      assert.deepEqual([state, process.pid], ['UP', platform.pid], name)
      assert.ok(process.residentBytes > 1e7)
    }
    const { nodes, edges } = found.topology
    const ids = new Set(nodes.map(({ id }) => id))
    assert.equal(ids.size, nodes.length)
    for (const { from, to } of edges) assert.ok(ids.has(from) && ids.has(to), `${from} -> ${to}`)
    for (const { id, topic } of useCases) {
      for (const to of [`learner/${id}`, 'sink'])
        assert.ok(
          edges.some(edge => edge.from === `topic/${topic}` && edge.to === to),
          to,
        )
    }
    assert.deepEqual(
      found.consumerGroups.map(({ group }) => group).sort(),
      useCases.map(({ id }) => `learner.${id.toLowerCase()}`).sort(),
    )
    assert.deepEqual(found.one, [{ group: 'learner.tfd' }])
  })

  test('the overview joins rates, lag, metrics and the newest prediction of every use case', async () => {
    const { overview } = await query<{
      overview: {
        useCases: {
          useCase: { id: string; title: string }
          lag: number
          metrics: MetricData[]
          latestPrediction: { id: string; score: number; useCase: { id: string } }
        }[]
      }
    }>(`{ overview { at process { pid } useCases {
      useCase { id title } eventsPerSecond predictionsPerSecond lag
      metrics(names: ["fbeta2", "mae", "clusters"]) { name title value n direction }
      latestPrediction { id score useCase { id } }
    } } }`)
    for (const [index, { useCase, metrics, latestPrediction }] of overview.useCases.entries()) {
      assert.equal(useCase.id, useCases[index]?.id)
      assert.equal(latestPrediction.useCase.id, useCase.id)
      assert.ok(Number.isFinite(latestPrediction.score))
      assert.deepEqual(
        metrics.map(({ name }) => name),
        [['fbeta2'], ['mae'], ['clusters']][index],
      )
    }
  })

  test('sessions are a connection with pages', async () => {
    const { useCase } = await query<{
      useCase: { sessions: { edges: { cursor: string }[]; pageInfo: object } }
    }>(
      '{ useCase(id: TFD) { sessions(first: 1) { edges { cursor node { id state } } pageInfo { hasNextPage endCursor } } } }',
    )
    const cursor = useCase.sessions.edges[0]?.cursor
    assert.deepEqual(useCase.sessions.pageInfo, { hasNextPage: false, endCursor: cursor })
  })

  test('/livez, /readyz and /healthz answer, and /metrics has the families of every part', async () => {
    for (const path of ['/livez', '/readyz', '/healthz']) {
      const response = await fetch(platform.url + path)
      assert.equal(response.status, 200, path)
    }
    const ready = (await (await fetch(`${platform.url}/readyz`)).json()) as {
      checks: Record<string, { ok: boolean; detail: string }>
    }
    const { sink, ...sessions } = ready.checks
    assert.match(sink?.detail ?? '', /^\d+ tables, \d+ records behind\.$/)
    assert.deepEqual(
      sessions,
      Object.fromEntries(useCases.map(({ id }) => [`session ${id}`, { ok: true, detail: 'RUNNING' }])),
    )
    const text = await (await fetch(`${platform.url}/metrics`)).text()
    const families = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)
    assert.ok(families.length >= 10, `${families.length} families`)
    assert.equal(new Set(families).size, families.length)
    for (const name of [
      'coelho_model_metric',
      'coelho_session_predictions',
      'kafka_producer_messages_sent_total',
      'coelho_lake_rows_total',
      'coelho_sql_queries_total',
      'process_resident_memory_bytes',
    ]) {
      assert.ok(families.includes(name), name)
    }
    assert.match(text, /^coelho_model_metric\{use_case="ETA",metric="mae"\} [\d.]+$/m)
    assert.match(text, /^kafka_producer_messages_sent_total\{[^}]+\} [1-9]\d*$/m)
  })
})
