import type { ChartFamily } from './chart-family.ts'
import type { ChartData } from './chart-data.ts'
import type { ChartResult } from './compute-chart.ts'
import { createChartOptionReader } from './chart-option-reader.ts'
import { families } from './families.ts'
import { chartSpec } from './vega/chart-spec.ts'
import type { VegaLiteSpec } from './vega/vega-lite-spec.ts'

/** A complete Vega-Lite 6 specification of a chart with its data in it, to be read on light and dark alike. */
export function vegaLiteOf({
  family,
  title,
  interpretation,
  data,
  options,
  sampled,
}: ChartResult): VegaLiteSpec {
  // A result has the data of its family.
  const { vega } = families[family] as ChartFamily<ChartData>
  const { n, of } = sampled
  return chartSpec({
    description: `${title}. ${interpretation}`,
    title: { text: title, ...(n < of ? { subtitle: `${n} of ${of} rows` } : {}) },
    ...vega(data, createChartOptionReader(options)),
  })
}
