import type { ClusterProfile } from '../cluster-profiles.ts'
import type { ChartResult } from '../compute-chart.ts'
import type { ChartTheme } from '../render-svg.ts'
import type { VegaLiteSpec } from '../vega/vega-lite-spec.ts'

/** A chart with how to draw it. */
export type DrawnChart = ChartResult & { readonly vegaLite: VegaLiteSpec }

/** What a chart worker can be asked, by name. All but `svg` are about a run. */
export interface ChartCalls {
  compute: { body: { kind: string; options: unknown }; reply: DrawnChart }
  svg: { body: { spec: VegaLiteSpec; theme: ChartTheme }; reply: string }
  clusterCounts: { body: null; reply: readonly number[] }
  clusterProfiles: { body: { feature: string; top: number }; reply: readonly ClusterProfile[] }
}

export type ChartCallName = keyof ChartCalls

export interface ChartRequest {
  readonly id: number
  readonly call: ChartCallName
  readonly body: unknown
  /** Null for `svg`. */
  readonly run: string | null
  /** Null if the worker is believed to hold the run. */
  readonly files: ReadonlyMap<string, Uint8Array> | null
}

export type ChartReply =
  | { readonly id: number; readonly body: unknown }
  /** The run is none of those that it holds. */
  | { readonly id: number; readonly wantsFiles: true }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } }
