import { Supergraph } from '@apollo/federation-internals'
import { gatewayError } from './error-codes.ts'

/**
 * Reads the names and URLs of a supergraph's subgraphs, which stand in its `join__Graph` enum.
 * Throws SUPERGRAPH_INVALID when the text is no supergraph, or a URL is not http or https.
 */
export function supergraphUrls(sdl: string): Record<string, string> {
  let subgraphs: readonly { name: string; url: string }[]
  try {
    subgraphs = Supergraph.build(sdl).subgraphsMetadata()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw gatewayError('SUPERGRAPH_INVALID', `The text is not a Federation 2 supergraph: ${reason}`)
  }
  for (const { name, url } of subgraphs) {
    if (/^https?:\/\//.test(url) && URL.canParse(url)) continue
    const message = `Subgraph "${name}" has the URL ${JSON.stringify(url)}; one with http or https was wanted.`
    throw gatewayError('SUPERGRAPH_INVALID', message)
  }
  return Object.fromEntries(subgraphs.map(({ name, url }) => [name, url]))
}
