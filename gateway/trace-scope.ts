import { AsyncLocalStorage } from 'node:async_hooks'
import { childOf, newTrace, readTrace } from '#subgraphs/trace-context.ts'
import type { TraceContext } from '#subgraphs/trace-context.ts'

/** The trace that the code running now works for; log lines and requests to subgraphs name it. */
export const traceScope = new AsyncLocalStorage<TraceContext>()

/** The gateway's part of the trace that the first valid of `carriers` names, else of a new one: headers, or objects with the same members. */
export function enterTrace(
  ...carriers: readonly (Readonly<Record<string, unknown>> | null | undefined)[]
): TraceContext {
  for (const carrier of carriers) {
    const trace = readTrace(carrier)
    if (trace) return childOf(trace)
  }
  return newTrace()
}
