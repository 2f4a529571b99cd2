import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { freePort } from '#engines/free-port.ts'
import { useCaseById, useCases } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { ask } from '../e2e/support/ask.ts'
import { graphql } from '../e2e/support/graphql.ts'
import { createSubscriber } from '../e2e/support/subscriber.ts'
import { until } from '../e2e/support/until.ts'
import { ownerOf, sessionsOf } from './support/sessions-of.ts'
import { setTopicRetention } from './support/set-topic-retention.ts'
import { startTestCluster, type TestCluster } from './support/start-test-cluster.ts'

const PATIENCE_MS = 60_000
const SHIFT = new URL('support/shift-clock.ts', import.meta.url).href
/** Milliseconds by which the clocks of processes are wrong: requests may be off by a minute. */
const CLOCKS: Readonly<Record<string, number>> = {
  'gateway-behind': -30_000,
  'gateway-ahead': 30_000,
  'gateway-far-behind': -600_000,
  'gateway-far-ahead': 600_000,
  'incremental-far-behind': -600_000,
  'incremental-far-ahead': 600_000,
}
const STREAM =
  'subscription ($resumeFrom: String) { predictions(useCase: TFD, resumeFrom: $resumeFrom) { id cursor } }'

interface Predictions {
  predictions: { id: string; cursor: string }
}

interface Training {
  result: { __typename: string; state?: string; id?: string; message?: string }
}

/** In the order in which the tests stand: each goes on where the one before left the processes. */
describe('wrong clocks, short retention, commands from elsewhere', { timeout: 600_000 }, () => {
  let run: TestCluster
  const ids = useCases.map(({ id }) => id)
  const owners = () => ids.map(id => ownerOf(run.ports.control, id))
  const predict = () => Promise.all(ids.map(id => run.watch.grows(id, 50, PATIENCE_MS)))
  const graphOf = (name: string) => `${run.cluster.role(name).url}/graphql`
  const sessionOf = (useCase: string) => {
    const session = sessionsOf(run.ports.control).get(useCase)
    assert.ok(session, useCase)
    return session
  }
  const ownedBy = (...names: string[]) =>
    until(`${names} run all sessions`, () => owners().every(name => name !== null && names.includes(name)), {
      withinMs: PATIENCE_MS,
    })

  before(async () => {
    run = await startTestCluster({
      incremental: 2,
      seed: 'limits',
      envOf: name => ({
        ...(CLOCKS[name] && { NODE_OPTIONS: `--import=${SHIFT}`, CLOCK_SHIFT_MS: String(CLOCKS[name]) }),
        // Gateways of one learner each.
        ...(name === 'gateway-of-1' && { INCREMENTAL_URL: graphOf('incremental-1') }),
        ...(name === 'gateway-of-2' && { INCREMENTAL_URL: graphOf('incremental-2') }),
      }),
    })
  })
  after(() => run?.[Symbol.asyncDispose]())

  test('a stream that is resumed behind retention begins with what is gone', async () => {
    const { predictions: topic } = topicsOf(useCaseById('TFD'))
    await using subscriber = createSubscriber(run.cluster.url)
    const [first] = await subscriber.subscribe<Predictions>(STREAM).take(1)
    const cursor = first?.data?.predictions.cursor
    await setTopicRetention(run.cluster.kafka.brokers, topic, 1000)
    await retentionPassed(topic, 100)
    const [resumed, next] = await subscriber.subscribe<Predictions>(STREAM, { resumeFrom: cursor }).take(2)
    const [gap] = (resumed?.extensions?.gap ?? []) as { partition: number; from: number; to: number }[]
    assert.ok(gap && gap.to > gap.from, JSON.stringify(resumed))
    assert.equal(gap.partition, sessionOf('TFD').orderPartition)
    assert.equal(next?.extensions?.gap, undefined)
    await setTopicRetention(run.cluster.kafka.brokers, topic, null)
  })

  test('a session that comes back behind retention says so and goes on', async () => {
    const { events: topic } = topicsOf(useCaseById('ETA'))
    for (const name of ['incremental-1', 'incremental-2'])
      assert.equal(await run.cluster.role(name).stop(), 0)
    await setTopicRetention(run.cluster.kafka.brokers, topic, 1000)
    await retentionPassed(topic, 100)
    await setTopicRetention(run.cluster.kafka.brokers, topic, null)
    const since = run.lines.length
    await Promise.all(['incremental-1', 'incremental-2'].map(name => run.cluster.role(name).restart()))
    await predict()
    const said = run.lines.slice(since).filter(line => line.includes(`of ${topic}, partition`))
    assert.match(said[0] ?? '', /ETA: Retention took offsets \d+ to \d+ of \w+, partition \d\./)
    assert.equal(sessionOf('ETA').state, 'RUNNING')
    assert.deepEqual(run.watch.problems, [])
  })

  test('a gateway whose clock is wrong by less than the tolerance is served', async () => {
    for (const name of ['gateway-behind', 'gateway-ahead']) {
      const { url, stop } = await run.cluster.add({ name, role: 'gateway' })
      await ask(url, '{ useCases { id session { state } lag { totalLag } } }')
      await using subscriber = createSubscriber(url)
      await subscriber.subscribe<Predictions>(STREAM).take(5)
      await stop()
    }
  })

  test('one whose clock is wrong by more is not ready and says why', async () => {
    const refuse = async ([name, direction]: readonly [string, string]) => {
      const port = await freePort()
      const starting = run.cluster.add({ name, role: 'gateway', port, timeoutMs: 15_000 }).then(
        () => assert.fail(`${name} was ready`),
        (error: Error) => error,
      )
      const refused = await until(
        'an answer',
        () => graphql(`http://127.0.0.1:${port}`, '{ useCases { id } }').catch(() => null),
        { withinMs: 14_000 },
      )
      const [error] = refused.errors ?? []
      assert.equal(error?.extensions.code, 'SUBGRAPH_REFUSED')
      assert.match(error.message, new RegExp(`time is (59|60)\\d s ${direction} this clock`))
      assert.match((await starting).message, /was not ready/)
    }
    await Promise.all(
      (
        [
          ['gateway-far-behind', 'behind'],
          ['gateway-far-ahead', 'ahead of'],
        ] as const
      ).map(refuse),
    )
  })

  test('learners whose clocks are wrong by ten minutes take, keep and lose sessions like others', async () => {
    const far = ['incremental-far-behind', 'incremental-far-ahead']
    for (const name of far) await run.cluster.add({ name, role: 'incremental' })
    await predict()
    for (const name of ['incremental-1', 'incremental-2'])
      assert.equal(await run.cluster.role(name).stop(), 0)
    await ownedBy(...far)
    const before = owners()
    await predict()
    for (const name of ['incremental-1', 'incremental-2']) await run.cluster.role(name).restart()
    await predict()
    assert.deepEqual(owners(), before)
    for (const name of far) await run.cluster.role(name).kill()
    await ownedBy('incremental-1', 'incremental-2')
    await predict()
    assert.deepEqual(run.watch.problems, [])
  })

  test('a session is paused, resumed, stopped and started by way of a process that does not run it', async () => {
    await run.cluster.add({ name: 'gateway-of-1', role: 'gateway' })
    await run.cluster.add({ name: 'gateway-of-2', role: 'gateway' })
    const other = () =>
      ownerOf(run.ports.control, 'ECCI') === 'incremental-1' ? 'gateway-of-2' : 'gateway-of-1'
    const command = async (mutation: string) => {
      const { result } = await ask<Training>(
        run.cluster.role(other()).url,
        `mutation { result: ${mutation} { __typename ... on TrainingSession { id state } ... on Problem { message } } }`,
      )
      assert.equal(result.__typename, 'TrainingSession', result.message)
      return result
    }
    const first = sessionOf('ECCI').id
    assert.equal((await command('pauseTraining(useCase: ECCI)')).state, 'PAUSED')
    assert.equal((await command('resumeTraining(useCase: ECCI)')).state, 'RUNNING')
    const through = other()
    assert.equal((await command('stopTraining(useCase: ECCI)')).state, 'FINISHED')
    const { result } = await ask<Training>(
      run.cluster.role(through).url,
      'mutation { result: startTraining(input: { useCase: ECCI }) { __typename ... on TrainingSession { id state } } }',
    )
    assert.equal(result.__typename, 'TrainingSession')
    assert.notEqual(result.id, first)
    assert.equal(sessionOf('ECCI').origin, first)
    await run.watch.grows('ECCI', 50, PATIENCE_MS)
    assert.equal(`gateway-of-${ownerOf(run.ports.control, 'ECCI')?.at(-1)}`, through)
  })

  /** Waits until so many records are gone that were at the end of every partition that has any. */
  async function retentionPassed(topic: string, records: number): Promise<void> {
    const partitions = async () => (await run.ports.log.topics([topic]))[0]?.partitions ?? []
    const wanted = (await partitions()).map(({ end }) => end)
    await until(
      `retention of ${topic}`,
      async () =>
        (await partitions()).every(
          ({ start }, i) => wanted[i] === 0 || start >= (wanted[i] as number) + records,
        ),
      { withinMs: PATIENCE_MS },
    )
  }
})
