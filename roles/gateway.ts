import { remoteSubgraph } from '#gateway/subgraphs/remote-subgraph.ts'
import { subgraphReadiness } from '#gateway/subgraphs/subgraph-readiness.ts'
import { createRequestSigner } from '#subgraphs/request-signature.ts'
import { openRoleAdapters } from './parts/open-role-adapters.ts'
import { createProcessRegistry } from './parts/process-registry.ts'
import { startGateway } from './parts/start-gateway.ts'
import { tellServices } from './parts/tell-services.ts'
import { DRAIN_MS, type StartRole } from './running-role.ts'

/** Joins subgraphs that run elsewhere into the graph. Any number of gateways may do so. */
export const startGatewayRole: StartRole = async (config, { logger }) => {
  await using opened = new AsyncDisposableStack()
  const { urls, instance, host, port, isExposed, probePort, access, engines } = config
  const { tls, secrets } = config.subgraphs
  const [secret, previous] = secrets
  const headersFor = secret === undefined ? undefined : createRequestSigner({ secret, previous })
  const registry = createProcessRegistry()
  const subgraphs = Object.fromEntries(
    Object.entries(urls).map(([name, url]) => [
      name,
      opened.use(
        remoteSubgraph({
          url,
          tls,
          // A result stays where its statement ran, and its pages are asked for there.
          prefer: name === 'sql' ? 'first' : 'next',
          ...(headersFor && { headersFor }),
        }),
      ),
    ]),
  )
  const gateway = await startGateway({
    subgraphs,
    host,
    port,
    portIsExplicit: true,
    probePort: isExposed ? probePort : null,
    accessTokens: access.tokens,
    readiness: subgraphReadiness(subgraphs),
    registry,
    logger,
  })
  opened.defer(() => gateway.close({ drainMs: DRAIN_MS }))
  // Only to be seen by the others; without a cache a gateway serves as well.
  if (engines.redis) {
    const { cache } = opened.use(await openRoleAdapters(config, { ports: ['cache'], logger }))
    const services = { gateway: () => ({ state: 'UP', message: null }) as const }
    opened.use(tellServices({ cache, role: 'gateway', instance, url: gateway.url, services }))
  }
  const owned = opened.move()
  return {
    url: gateway.url,
    async close() {
      await gateway.close({ drainMs: DRAIN_MS })
      await owned.disposeAsync()
    },
  }
}
