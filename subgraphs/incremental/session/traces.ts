import { EVENT, type Item } from './packed-items.ts'

/** W3C trace context of an event, as headers of its record. */
type TraceHeaders = Readonly<{ traceparent: string; tracestate?: string }>

/** Of source events by `partition/offset`; most have none. */
export type Traces = ReadonlyMap<string, TraceHeaders>

/** Of the events among these. */
export function tracesOf(items: readonly Item[]): Traces {
  const traces = new Map<string, TraceHeaders>()
  for (const { kind, record } of items) {
    const { traceparent, tracestate } = record.headers
    if (kind !== EVENT || !traceparent) continue
    traces.set(`${record.partition}/${record.offset}`, { traceparent, ...(tracestate && { tracestate }) })
  }
  return traces
}
