import type { Readiness } from '#subgraphs/serve/health.ts'
import type { SubgraphConnection } from './subgraph-connection.ts'

/** Ready while every subgraph answers; `checks` tells of each, "ok" or why not. */
export function subgraphReadiness(
  subgraphs: Readonly<Record<string, Pick<SubgraphConnection, 'check'>>>,
): () => Promise<Readiness> {
  return async () => {
    const results = await Promise.all(
      Object.entries(subgraphs).map(async ([name, subgraph]) => {
        const reason = await subgraph.check().then(
          () => 'ok',
          (error: unknown) => (error instanceof Error ? error.message : String(error)),
        )
        return [name, reason] as const
      }),
    )
    return { ready: results.every(([, reason]) => reason === 'ok'), checks: Object.fromEntries(results) }
  }
}
