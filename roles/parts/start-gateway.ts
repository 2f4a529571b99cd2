import { readFileSync } from 'node:fs'
import type { Registry } from 'prom-client'
import { createGateway, type Gateway } from '#gateway/create-gateway.ts'
import type { GatewayLogger } from '#gateway/logger.ts'
import type { SubgraphConnection } from '#gateway/subgraphs/subgraph-connection.ts'
import { playgroundTabs } from '#schema/playground-tabs.ts'
import type { Readiness } from '#subgraphs/serve/health.ts'

const SUPERGRAPH = new URL('../../schema/supergraph.generated.graphql', import.meta.url)
/** Ten thousand events, the most that `ingest` takes at once, are up to 7 MB of JSON. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024
/** Streams whose first message tells how things are now: who joins one that is under way would not get it. */
const OPENING_WITH_STATE = new Set(['overview', 'metrics', 'trainingSession', 'trainingJob', 'sqlLive'])

/** Files of subgraphs, by their paths: results of statements. */
const DOWNLOADS = { '/sql/results/': 'sql' }

/** The gateway of our graph, whichever way its subgraphs are reached. */
export function startGateway({
  subgraphs,
  host,
  port,
  portIsExplicit,
  probePort,
  accessTokens,
  readiness,
  registry,
  logger,
}: {
  subgraphs: Readonly<Record<string, SubgraphConnection>>
  host: string
  port: number
  portIsExplicit: boolean
  /** Null: the probes share the port of the graph. */
  probePort: number | null
  accessTokens: readonly string[]
  readiness: () => Promise<Readiness>
  registry: Registry
  logger: GatewayLogger
}): Promise<Gateway> {
  return createGateway({
    supergraphSdl: readFileSync(SUPERGRAPH, 'utf8'),
    subgraphs,
    host,
    port,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    portIsExplicit,
    accessTokens,
    ...(probePort !== null && { probePort }),
    playground: { tabs: playgroundTabs() },
    downloads: DOWNLOADS,
    readiness,
    metrics: registry,
    logger,
    // Each message says what has changed since the one before.
    lossless: ({ field }) => field === 'sqlLive',
    share: ({ field, args }) => !OPENING_WITH_STATE.has(field) && !args['resumeFrom'],
  })
}
