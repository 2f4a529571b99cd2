import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestGraph, type TestGraph } from './test-graph.ts'

interface Connection {
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

describe('Query.run', () => {
  it('tells what the run is, whose it is, and its parameters', async () => {
    await using graph = await openTestGraph()
    const { id, experimentId } = await graph.run(
      'TFD',
      { fbeta2: 0.75, labels: 12, foreign: 3, infinite: Number.POSITIVE_INFINITY, none: Number.NaN },
      {
        params: { learner: 'bayes', seed: '42' },
        tags: { 'coelho.observations': '{"fbeta2":12,"foreign":"many"}', 'coelho.reason': 'Broken.' },
      },
    )
    await graph.tracking.updateRun(id, { status: 'FAILED', endedAt: 5000 })
    const { data, errors } = await graph.ask(`{ run(id: "${id}") {
      id name status reason startedAt endedAt
      experiment { id name useCase { id } } useCase { id } session { id }
      params { key value } tags { key value }
      metrics { name title value n step direction window }
      chosen: metrics(names: ["fbeta2"]) { name }
      metric(name: "fbeta2") { value at } absent: metric(name: "mae") { value }
    } }`)
    assert.deepEqual(errors, [])
    const { metrics, tags, ...run } = data['run'] as Record<string, unknown>
    assert.deepEqual(run, {
      id,
      name: 'learner',
      status: 'FAILED',
      reason: 'Broken.',
      startedAt: '1970-01-01T00:00:01.000Z',
      endedAt: '1970-01-01T00:00:05.000Z',
      experiment: { id: experimentId, name: 'Transaction fraud detection', useCase: { id: 'TFD' } },
      useCase: { id: 'TFD' },
      session: { id: 'session 1000' },
      params: [
        { key: 'learner', value: 'bayes' },
        { key: 'seed', value: '42' },
      ],
      chosen: [{ name: 'fbeta2' }],
      metric: { value: 0.75, at: '1970-01-01T00:00:01.000Z' },
      absent: null,
    })
    const other = { n: null, step: 10, direction: 'NONE', window: null }
    const better = { title: 'F2 score', direction: 'HIGHER_IS_BETTER' }
    assert.deepEqual(metrics, [
      { ...other, ...better, name: 'fbeta2', value: 0.75, n: 12 },
      { ...other, name: 'foreign', title: 'foreign', value: 3 },
      { ...other, name: 'infinite', title: 'infinite', value: null },
      { ...other, name: 'labels', title: 'Labels', value: 12 },
      { ...other, name: 'none', title: 'none', value: null },
    ])
    assert.ok((tags as { key: string }[]).some(({ key }) => key === 'coelho.useCase'))
  })

  it('is null for a run that is not there, and its references too', async () => {
    await using graph = await openTestGraph()
    const { data, errors } = await graph.ask(`{
      run(id: "0123456789abcdef0123456789abcdef") { id }
      _entities(representations: [{ __typename: "Run", id: "0123456789abcdef0123456789abcdef" }]) { __typename }
    }`)
    assert.deepEqual([data, errors], [{ run: null, _entities: [null] }, []])
  })
})

describe('Run.series', () => {
  it('is the history of a metric, downsampled to what was asked for', async () => {
    await using graph = await openTestGraph()
    const { id } = await graph.run('ETA', {})
    const metrics = Array.from({ length: 1000 }, (_, step) => ({
      name: 'mae',
      value: step === 500 ? Number.NaN : step,
      step,
      at: step,
    }))
    await graph.tracking.log(id, { metrics })
    const { data, errors } = await graph.ask(`{ run(id: "${id}") {
      all: series(name: "mae", maxPoints: 5000) { points { step value at } total downsampled }
      few: series(name: "mae", maxPoints: 20) { name title direction points { step } total downsampled }
      none: series(name: "rmse") { total }
    } }`)
    assert.deepEqual(errors, [])
    const { all, few, none } = data['run'] as Record<'all' | 'few', Series> & { none: null }
    assert.deepEqual([all.total, all.points.length, all.downsampled], [1000, 1000, false])
    assert.deepEqual(all.points[500], { step: 500, value: null, at: '1970-01-01T00:00:00.500Z' })
    const { points, ...rest } = few
    const title = 'Mean absolute error'
    assert.deepEqual(rest, {
      name: 'mae',
      title,
      direction: 'LOWER_IS_BETTER',
      total: 1000,
      downsampled: true,
    })
    assert.ok(points.length <= 20 && points[0]?.step === 0 && points.at(-1)?.step === 999)
    assert.equal(none, null)
  })

  it('takes 2 to 5000 points', async () => {
    await using graph = await openTestGraph()
    const { id } = await graph.run('ETA', { mae: 1 })
    for (const maxPoints of [1, 5001]) {
      const { errors } = await graph.ask(
        `{ run(id: "${id}") { series(name: "mae", maxPoints: ${maxPoints}) { total } } }`,
      )
      assert.deepEqual(errors, [{ path: 'run.series', code: 'BAD_USER_INPUT' }])
    }
  })
})

describe('Query.runs', () => {
  it('pages through all runs, from any edge on', async () => {
    await using graph = await openTestGraph()
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift((await graph.run('TFD', { fbeta2: i })).id)
    for (const step of ['end', 'first edge'] as const) {
      const seen: string[] = []
      let after: string | null = null
      for (let more = true; more; ) {
        const page: Connection = await runs(graph, `first: 2, after: ${JSON.stringify(after)}`)
        const taken = step === 'end' ? page.edges : page.edges.slice(0, 1)
        seen.push(...taken.map(({ node }) => node.id))
        more = step === 'end' ? page.pageInfo.hasNextPage : page.edges.length > 1
        after = step === 'end' ? page.pageInfo.endCursor : (taken[0]?.cursor ?? null)
      }
      assert.deepEqual(seen, ids, step)
    }
  })

  it('chooses by use case, experiment, status and name, and orders by a metric, the best first', async () => {
    await using graph = await openTestGraph()
    const low = await graph.run('ETA', { mae: 10 })
    const high = await graph.run('ETA', { mae: 20 }, { name: 'other' })
    const none = await graph.run('ETA', {})
    const fraud = await graph.run('TFD', { fbeta2: 1 })
    await graph.tracking.updateRun(low.id, { status: 'FINISHED' })
    const ids = async (args: string) => (await runs(graph, args)).edges.map(({ node }) => node.id)
    assert.deepEqual(await ids('first: 9'), [fraud.id, none.id, high.id, low.id])
    assert.deepEqual(await ids('useCase: ETA'), [none.id, high.id, low.id])
    assert.deepEqual(await ids('useCase: ECCI'), [])
    assert.deepEqual(await ids(`experiment: "${fraud.experimentId}"`), [fraud.id])
    assert.deepEqual(await ids(`useCase: ETA, experiment: "${fraud.experimentId}"`), [])
    assert.deepEqual(await ids('status: [FINISHED]'), [low.id])
    assert.deepEqual(await ids('name: "other"'), [high.id])
    assert.deepEqual(await ids('useCase: ETA, orderBy: { metric: "mae" }'), [low.id, high.id, none.id])
    assert.deepEqual(await ids('useCase: ETA, orderBy: { metric: "mae", direction: DESC }'), [
      high.id,
      low.id,
      none.id,
    ])
    const { data } = await graph.ask(
      '{ _entities(representations: [{ __typename: "UseCase", id: "TFD" }]) { ... on UseCase { runs { edges { node { id } } } } } }',
    )
    assert.deepEqual(data, { _entities: [{ runs: { edges: [{ node: { id: fraud.id } }] } }] })
  })

  it('says what is wrong with its arguments', async () => {
    await using graph = await openTestGraph()
    await graph.run('TFD', { fbeta2: 1 })
    for (const [args, code] of [
      ['first: 0', 'BAD_USER_INPUT'],
      ['first: 101', 'BAD_USER_INPUT'],
      ['after: "nonsense"', 'INVALID_CURSOR'],
      [`after: "${Buffer.from('[0,"nonsense"]').toString('base64url')}"`, 'INVALID_CURSOR'],
      [`after: "${Buffer.from('[1e9,null]').toString('base64url')}"`, 'INVALID_CURSOR'],
      ['orderBy: { metric: "clusters" }', 'BAD_USER_INPUT'],
      ['orderBy: { metric: "constructor" }', 'BAD_USER_INPUT'],
    ] as const) {
      const { errors } = await graph.ask(`{ runs(${args}) { edges { cursor } } }`)
      assert.deepEqual(errors, [{ path: 'runs', code }], args)
    }
  })
})

describe('Query.bestRun', () => {
  it('takes the direction from the metric, by default the first of the use case', async () => {
    await using graph = await openTestGraph()
    const good = await graph.run('ETA', { mae: 10, r2: 0.2 })
    const bad = await graph.run('ETA', { mae: 20, r2: 0.5 })
    await graph.run('ETA', { mae: Number.NaN })
    await graph.tracking.updateRun(bad.id, { status: 'FINISHED' })
    const { data, errors } = await graph.ask(`{
      byDefault: bestRun(useCase: ETA) { id }
      byR2: bestRun(useCase: ETA, metric: "r2") { id }
      finished: bestRun(useCase: ETA, status: [FINISHED]) { id }
      none: bestRun(useCase: ETA, metric: "rmse") { id }
      empty: bestRun(useCase: TFD) { id }
      wrong: bestRun(useCase: ETA, metric: "fbeta2") { id }
      neither: bestRun(useCase: ECCI, metric: "clusters") { id }
    }`)
    assert.deepEqual(data, {
      byDefault: { id: good.id },
      byR2: { id: bad.id },
      finished: { id: bad.id },
      none: null,
      empty: null,
      wrong: null,
      neither: null,
    })
    assert.deepEqual(errors, [
      { path: 'wrong', code: 'BAD_USER_INPUT' },
      { path: 'neither', code: 'BAD_USER_INPUT' },
    ])
  })
})

describe('Query.experiments', () => {
  it('lists those of use cases and of others', async () => {
    await using graph = await openTestGraph()
    await graph.tracking.ensureExperiment('Somebody else')
    const { experimentId: id } = await graph.run('TFD', {})
    const { data } = await graph.ask(`{
      experiments { name useCase { id } }
      _entities(representations: [{ __typename: "Experiment", id: "${id}" }]) { ... on Experiment { name } }
    }`)
    const { experiments, _entities } = data as {
      experiments: { name: string; useCase: unknown }[]
      _entities: unknown
    }
    assert.deepEqual(
      experiments.filter(({ name }) => name !== 'Default'),
      [
        { name: 'Somebody else', useCase: null },
        { name: 'Transaction fraud detection', useCase: { id: 'TFD' } },
      ],
    )
    assert.deepEqual(_entities, [{ name: 'Transaction fraud detection' }])
  })
})

interface Series {
  points: { step: number }[]
  total: number
  downsampled: boolean
}

async function runs(graph: TestGraph, args: string): Promise<Connection> {
  const { data, errors } = await graph.ask(
    `{ runs(${args}) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`,
  )
  assert.deepEqual(errors, [], args)
  return data['runs'] as Connection
}
