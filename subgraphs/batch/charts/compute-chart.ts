import type { ChartData } from './chart-data.ts'
import type { ChartSampled } from './chart-family.ts'
import type { ChartFamilyName, ChartLibrary, ChartOptions } from './chart-kind.ts'
import { chartKindOf } from './chart-kind-of.ts'
import { createChartOptionReader } from './chart-option-reader.ts'
import { families } from './families.ts'
import { readChartOptions } from './read-chart-options.ts'
import type { RunData } from './run-data.ts'
import { withoutGaps } from './without-gaps.ts'

/** A computed chart; plain JSON, and so kept with its run. */
export interface ChartResult {
  readonly kind: string
  readonly library: ChartLibrary
  readonly family: ChartFamilyName
  readonly title: string
  readonly interpretation: string
  /** With defaults filled in. */
  readonly options: ChartOptions
  readonly sampled: ChartSampled
  readonly data: ChartData
}

interface Request {
  /** A `kind` of `chartKinds`. */
  kind: string
  /** As a client gave them. */
  options?: unknown
  run: RunData
  signal?: AbortSignal | undefined
}

/**
 * Computes a chart about a run's model. The same run and options give the same chart, but for measured times.
 * @throws CodedError `CHART_UNKNOWN`, `CHART_NOT_APPLICABLE`, `BAD_USER_INPUT`, `CHART_DATA_MISSING`; what aborting `signal` throws.
 */
export async function computeChart({ kind, options: given, run, signal }: Request): Promise<ChartResult> {
  const found = chartKindOf(kind, run.model.task)
  const options = readChartOptions(found, given)
  const { compute } = families[found.family]
  const { data, sampled } = await compute({ run, options: createChartOptionReader(options), signal })
  return {
    kind: found.kind,
    library: found.library,
    family: found.family,
    title: found.title,
    interpretation: found.interpretation,
    options,
    sampled,
    data: withoutGaps<ChartData>(data),
  }
}
