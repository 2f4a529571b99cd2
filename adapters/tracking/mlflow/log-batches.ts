import type { MetricPoint, RunEntries } from '#ports/tracking.ts'
import type { Http } from './http.ts'
import { entriesToWire } from './run-of-wire.ts'
import type { WireEntry, WireMetric } from './wire.ts'

/**
 * Of one request. The server takes 1000 metrics, 100 params and 100 tags, and 1 MB of JSON, which a hundred of the longest
 * params or tags would pass.
 */
const MOST = { metrics: 1000, entries: 20 }
/** Metrics, and characters of a param or tag, that share a request with the others. */
const SHORT = 500

/** Sends entries in as many requests as the server's limits ask for. Repeating any of them changes nothing. */
export const logBatches = async (
  http: Http,
  runId: string,
  { params = {}, metrics = [], tags = {} }: RunEntries,
): Promise<void> => {
  const send = (entries: { params?: WireEntry[]; metrics?: WireMetric[]; tags?: WireEntry[] }) =>
    http.call('POST', '/runs/log-batch', { run_id: runId, ...entries })
  const wireParams = entriesToWire(params)
  const wireTags = entriesToWire(tags)
  const wireMetrics = withoutDoubles(metrics.map(metricToWire))
  const isSmall =
    wireMetrics.length <= SHORT &&
    [wireParams, wireTags].every(
      entries =>
        entries.length <= MOST.entries && entries.every(({ value }) => (value ?? '').length <= SHORT),
    )
  if (isSmall) {
    await send({ params: wireParams, metrics: wireMetrics, tags: wireTags })
    return
  }
  for (const batch of chunks(wireParams, MOST.entries)) await send({ params: batch })
  for (const batch of chunks(wireMetrics, MOST.metrics)) await send({ metrics: batch })
  for (const batch of chunks(wireTags, MOST.entries)) await send({ tags: batch })
}

/** Protocol buffers' JSON has texts for the numbers that JSON lacks. */
const metricToWire = ({ name, value, step, at }: MetricPoint): WireMetric => ({
  key: name,
  value: Number.isFinite(value) ? value : String(value),
  timestamp: at,
  step,
})

/** Older servers fail over NaN that is there twice in one request, not knowing it equal to itself. */
const withoutDoubles = (metrics: readonly WireMetric[]): WireMetric[] => [
  ...new Map(metrics.map(metric => [JSON.stringify(metric), metric])).values(),
]

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))
