import { createHash } from 'node:crypto'
import { chartKindOf } from './chart-kind-of.ts'
import { readChartOptions } from './read-chart-options.ts'

/** Changes whenever what a chart holds does, so that nothing kept before answers for it. */
const FORMAT = 2

/**
 * Where a chart lies among the artifacts of its run: the same for options that mean the same.
 * @throws CodedError `CHART_UNKNOWN`, `BAD_USER_INPUT`.
 */
export function chartCacheKey(kind: string, options: unknown): string {
  const found = chartKindOf(kind)
  const text = JSON.stringify([FORMAT, found.kind, readChartOptions(found, options)])
  return `charts/${found.kind}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`
}
