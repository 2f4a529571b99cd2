import type { EnvironmentReader } from './environment-reader.ts'
import { readSecretPair } from './secret-pair.ts'
import { readTlsFiles, type TlsSettings } from './tls-settings.ts'

/** How the gateway proves to subgraphs who it is, and they to it. */
export interface SubgraphSettings {
  /** Keys of the signatures under requests: the one in use, then the one before while it is being changed. */
  secrets: readonly string[]
  /** Certificate, key and authority of mutual TLS, PEM text. */
  tls?: Required<TlsSettings>
}

export function readSubgraphSettings(read: EnvironmentReader): SubgraphSettings {
  const secrets = readSecretPair(read, 'SUBGRAPH_SECRET')
  const files = readTlsFiles(read, 'SUBGRAPH_TLS')
  const given = read.set(['SUBGRAPH_TLS_CERT', 'SUBGRAPH_TLS_KEY', 'SUBGRAPH_TLS_CA'])
  if (given.length > 0 && !given.includes('SUBGRAPH_TLS_CA'))
    read.problem('SUBGRAPH_TLS_CERT is set without SUBGRAPH_TLS_CA; the authority of the other side wanted.')
  if (given.length === 1 && given[0] === 'SUBGRAPH_TLS_CA')
    read.problem('SUBGRAPH_TLS_CA is set alone; SUBGRAPH_TLS_CERT and SUBGRAPH_TLS_KEY wanted, too.')
  const { ca, cert, key } = files ?? {}
  return { secrets, ...(ca && cert && key && { tls: { ca, cert, key } }) }
}
