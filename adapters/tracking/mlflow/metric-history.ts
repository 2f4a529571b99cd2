import type { MetricPoint, MetricSeries } from '#ports/tracking.ts'
import { createDownsampler } from '../core/downsampler.ts'
import type { Http } from './http.ts'
import { pointOfWire } from './run-of-wire.ts'
import type { FetchRun } from './runs.ts'
import type { WireMetric } from './wire.ts'

/** The most that the server gives in one answer, about 2 MB. */
const PAGE = 25_000

/**
 * Downsampled here, out of the whole history: the server's own sampling (get-history-bulk-interval) keeps every n-th point,
 * not the extremes, and does not tell how many there are.
 */
export const createMetricHistory = (http: Http, fetchRun: FetchRun) => ({
  async metricHistory(
    id: string,
    metric: string,
    { maxPoints }: { maxPoints?: number } = {},
  ): Promise<MetricSeries> {
    // Refuses `maxPoints` before anything is fetched.
    createDownsampler(0, maxPoints)
    await fetchRun(id)
    const all: MetricPoint[] = []
    let token: string | undefined
    do {
      const page = await http.get<{ metrics?: WireMetric[]; next_page_token?: string }>(
        '/metrics/get-history',
        {
          run_id: id,
          metric_key: metric,
          max_results: PAGE,
          page_token: token,
        },
      )
      for (const point of page.metrics ?? []) all.push(pointOfWire(point))
      token = page.next_page_token || undefined
    } while (token)
    all.sort(bySteps)
    const downsampler = createDownsampler(all.length, maxPoints)
    for (const point of all) downsampler.add(point)
    return { name: metric, points: downsampler.points(), total: all.length }
  },
})

/** The server orders by time first. NaN counts as 0, as it is stored. */
const bySteps = (a: MetricPoint, b: MetricPoint): number =>
  a.step - b.step ||
  a.at - b.at ||
  (a.value || 0) - (b.value || 0) ||
  Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value))
