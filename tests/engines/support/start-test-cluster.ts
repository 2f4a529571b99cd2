import assert from 'node:assert/strict'
import type { Adapters } from '#adapters/open.ts'
import { type Cluster, type ClusterOptions, startCluster } from '#cluster/start-cluster.ts'
import { useCases } from '#use-cases/index.ts'
import { until } from '../../e2e/support/until.ts'
import { followBySdk } from './follow-by-sdk.ts'
import { followByWebsocket } from './follow-by-websocket.ts'
import { type IngestLoad, startIngest } from './ingest-under-faults.ts'
import { openClusterPorts } from './open-cluster-ports.ts'
import type { Follower } from './prediction-tally.ts'
import { waitUntilDrained } from './wait-until-drained.ts'
import { type PredictionWatch, watchPredictions } from './watch-predictions.ts'

export interface TestCluster extends AsyncDisposable {
  cluster: Cluster
  ports: Adapters<'log' | 'control' | 'tracking'>
  watch: PredictionWatch
  followers: readonly Follower[]
  ingest: IngestLoad
  /** What the processes wrote, with the time and the name in front. */
  lines: readonly string[]
  /** Adds to the lines what the test does. */
  note(text: string): void
  /**
   * Stops the load, waits until everything is predicted and has reached every client, then ends all roles in order. Throws
   * where a client or a read_committed reader lost something or got it twice.
   */
  end(): Promise<{ acknowledged: IngestLoad['acknowledged'] }>
}

const START_MS = 60_000
const CATCH_UP_MS = 30_000

/**
 * A cluster under load: producers and ingest for every use case, and clients that follow its predictions, by our SDK at the
 * first gateways and by graphql-ws at the last.
 */
export async function startTestCluster({
  seed,
  rate = 100,
  ...options
}: Omit<ClusterOptions, 'onLine' | 'producerArgs'> & {
  /** Of the events that are ingested. */
  seed: string
  /** Events per second and use case of the producers. */
  rate?: number
}): Promise<TestCluster> {
  await using opened = new AsyncDisposableStack()
  const lines: string[] = []
  const write = (name: string, line: string) => void lines.push(`${new Date().toISOString()} ${name} ${line}`)
  const cluster = opened.use(
    await startCluster({
      ...options,
      producerArgs: ['--rate', String(rate)],
      onLine: write,
    }),
  )
  // For whoever looks for the reason of a failure.
  if (process.env['FAULTS_LOG']) opened.defer(() => console.log(lines.join('\n')))
  const ports = opened.use(await openClusterPorts(cluster))
  const watch = opened.use(watchPredictions(ports.log))
  await Promise.all(useCases.map(({ id }) => watch.madeAfter(id, Date.now(), START_MS)))
  const surviving = cluster.urls.at(-1) as string
  const others = cluster.urls.length > 1 ? cluster.urls.slice(0, -1) : cluster.urls
  const followers = useCases.flatMap(({ id }) => [
    opened.use(followBySdk({ urls: others, useCase: id })),
    opened.use(followByWebsocket({ url: surviving, useCase: id })),
  ])
  const ingest = startIngest({ urls: cluster.urls, seed })
  opened.defer(() => ingest.stop())
  await until('a message for every client', () => followers.every(({ tally }) => tally.received > 0))
  const owned = opened.move()

  return {
    cluster,
    ports,
    watch,
    followers,
    ingest,
    lines,
    note: text => write('test', text),
    async end() {
      await ingest.stop()
      const end = async (roles: readonly string[]) => {
        for (const name of roles)
          assert.equal(
            await cluster.role(name).stop(),
            0,
            `${name} ends in order.\n${cluster.role(name).output()}`,
          )
      }
      const [producers, others] = [true, false].map(wanted =>
        [...cluster.roles.keys()].filter(name => name.startsWith('producers') === wanted),
      ) as [string[], string[]]
      await end(producers)
      await waitUntilDrained(cluster.url)
      assert.deepEqual(ingest.problems, [])
      assert.deepEqual(watch.problems, [])
      for (const { name, useCase, tally } of followers) {
        const hasAll = () => tally.next === watch.count(useCase)
        await until(`all for ${name}`, () => hasAll() || tally.problems.length > 0, {
          withinMs: CATCH_UP_MS,
        }).catch(() => {})
        assert.deepEqual(tally.problems, [], `${name}, after ${tally.received} predictions`)
        assert.equal(tally.next, watch.count(useCase), `${name} has everything`)
      }
      await end(others)
      return { acknowledged: ingest.acknowledged }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
