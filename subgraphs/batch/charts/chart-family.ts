import type { ChartData } from './chart-data.ts'
import type { ChartOptionReader } from './chart-option-reader.ts'
import type { RunData } from './run-data.ts'
import type { VegaLiteSpec } from './vega/vega-lite-spec.ts'

/** Rows that a chart was made of; equal numbers mean all of them. */
export interface ChartSampled {
  readonly n: number
  readonly of: number
  readonly seed: number
}

export interface ChartInput {
  readonly run: RunData
  readonly options: ChartOptionReader
  /** Looked at between the refits of a chart that has several. */
  readonly signal?: AbortSignal | undefined
}

export interface ComputedChart<Data> {
  readonly data: Data
  readonly sampled: ChartSampled
}

/** How charts of one shape are computed and drawn. */
export interface ChartFamily<Data extends ChartData> {
  /** @throws CodedError `CHART_DATA_MISSING`, `BAD_USER_INPUT`. */
  compute(input: ChartInput): ComputedChart<Data> | Promise<ComputedChart<Data>>
  vega(data: Data, options: ChartOptionReader): VegaLiteSpec
}
