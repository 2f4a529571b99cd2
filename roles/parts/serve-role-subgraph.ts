import type { Registry } from 'prom-client'
import type { RoleConfig } from '#config.ts'
import { createRequestVerifier } from '#subgraphs/request-signature.ts'
import { serveProbes, serveSubgraph, type Subgraph } from '#subgraphs/serve.ts'
import type { Readiness } from '#subgraphs/serve/health.ts'
import { DRAIN_MS } from '../running-role.ts'

export interface ServedRole {
  /** Of the probes. */
  url: string
  /** Of the subgraph. */
  graphUrl: string
  close(): Promise<void>
}

/**
 * Serves a subgraph to gateways that can prove who they are, with probes at the same port. With mutual TLS the probes are
 * served over plain HTTP at `probePort`: those who ask have no certificate.
 */
export async function serveRoleSubgraph<Context>({
  subgraph,
  config: {
    host,
    port,
    probePort,
    subgraphs: { secrets, tls },
  },
  readiness,
  registry,
}: {
  subgraph: Subgraph<Context>
  config: Pick<RoleConfig, 'host' | 'port' | 'probePort' | 'subgraphs'>
  readiness: () => Promise<Readiness>
  registry: Registry
}): Promise<ServedRole> {
  let draining = false
  const probes = { readiness, metrics: registry }
  const served = await serveSubgraph({
    subgraph,
    host,
    port,
    verifier: secrets.length > 0 ? createRequestVerifier({ secrets }) : undefined,
    tls,
    probes,
  })
  const apart = tls
    ? await serveProbes({ ...probes, host, port: probePort, isDraining: () => draining })
    : undefined
  return {
    url: apart ? `http://${host}:${apart.port}` : new URL(served.url).origin,
    graphUrl: served.url,
    async close() {
      draining = true
      await served.close({ drainMs: DRAIN_MS })
      await apart?.[Symbol.asyncDispose]()
    },
  }
}
