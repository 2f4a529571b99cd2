import { EVENT, type Item } from './packed-items.ts'

/** W3C `traceparent` of source events by `partition/offset`; most have none. */
export type Traces = ReadonlyMap<string, string>

/** Of the events among these. */
export function tracesOf(items: readonly Item[]): Traces {
  const traces = new Map<string, string>()
  for (const { kind, record } of items) {
    const { traceparent } = record.headers
    if (kind === EVENT && traceparent) traces.set(`${record.partition}/${record.offset}`, traceparent)
  }
  return traces
}
