import type { Subgraph } from '#subgraphs/serve.ts'
import type { TraceContext } from '#subgraphs/trace-context.ts'

/** Sees the traces that subgraphs get with their requests. */
export interface Recorder {
  wrap(subgraph: Subgraph): Subgraph
  /** What came since the last call, by subgraph. */
  take(): Record<string, (TraceContext | undefined)[]>
}

export function createRecorder(): Recorder {
  let seen: Record<string, (TraceContext | undefined)[]> = {}
  return {
    wrap: subgraph => ({
      ...subgraph,
      createContext(request) {
        ;(seen[subgraph.name] ??= []).push(request.trace)
        return subgraph.createContext(request)
      },
    }),
    take() {
      const taken = seen
      seen = {}
      return taken
    },
  }
}
