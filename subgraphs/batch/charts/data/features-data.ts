import type { Gap } from './gap.ts'

/** A row laid out in two dimensions; the target is a class, a cluster or the label of a regression. */
export interface LaidOutRow {
  readonly x: number
  readonly y: number
  readonly target: Gap
}

export interface Rank1DData {
  readonly __typename: 'Rank1DData'
  readonly features: readonly string[]
  readonly score: readonly Gap[]
}

export interface Rank2DData {
  readonly __typename: 'Rank2DData'
  readonly features: readonly string[]
  readonly matrix: readonly (readonly Gap[])[]
  readonly method: string
}

export interface Pca2DData {
  readonly __typename: 'Pca2DData'
  readonly points: readonly LaidOutRow[]
  readonly loadings: readonly { readonly feature: string; readonly pc1: Gap; readonly pc2: Gap }[]
  readonly explainedVarianceRatio: readonly Gap[]
  readonly cumulative: readonly Gap[]
  readonly nFor95: number
}

export interface PcaVarianceData {
  readonly __typename: 'PcaVarianceData'
  readonly explainedVarianceRatio: readonly Gap[]
  readonly cumulative: readonly Gap[]
  readonly nFor95: number
}

export interface ManifoldData {
  readonly __typename: 'ManifoldData'
  readonly method: string
  readonly params: EmbeddingParams
  readonly points: readonly LaidOutRow[]
  readonly klDivergence: Gap
  readonly trustworthiness: Gap
}

export interface EmbeddingParams {
  readonly perplexity: Gap
  readonly nNeighbors: number | null
  readonly minDist: Gap
  readonly seed: number
}

export interface ParallelCoordinatesData {
  readonly __typename: 'ParallelCoordinatesData'
  readonly features: readonly string[]
  readonly min: readonly Gap[]
  readonly max: readonly Gap[]
  readonly rows: readonly { readonly values: readonly Gap[]; readonly target: Gap }[]
}

export interface RadVizData {
  readonly __typename: 'RadVizData'
  readonly anchors: readonly { readonly feature: string; readonly x: number; readonly y: number }[]
  readonly points: readonly LaidOutRow[]
}

export interface HistogramCounts {
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

export interface JointPlotData {
  readonly __typename: 'JointPlotData'
  readonly x: readonly number[]
  readonly y: readonly number[]
  readonly xName: string
  readonly yName: string
  readonly correlation: Gap
  readonly histX: HistogramCounts
  readonly histY: HistogramCounts
}

export interface PartialDependenceFeature {
  readonly name: string
  readonly kind: 'numeric' | 'categorical'
  /** Values of a number, codes of a category. */
  readonly grid: readonly number[]
  /** Categories as events have them; empty for numbers. */
  readonly labels: readonly string[]
  readonly average: readonly Gap[]
  readonly ice: readonly (readonly Gap[])[] | null
  readonly deciles: readonly number[]
}

export interface PartialDependenceData {
  readonly __typename: 'PartialDependenceData'
  /** What the answers are: `probability`, `value` or `share of rows in cluster <id>`. */
  readonly answer: string
  readonly features: readonly PartialDependenceFeature[]
}

export interface DecisionBoundaryData {
  readonly __typename: 'DecisionBoundaryData'
  readonly xName: string
  readonly yName: string
  readonly xGrid: readonly number[]
  readonly yGrid: readonly number[]
  readonly xLabels: readonly string[] | null
  readonly yLabels: readonly string[] | null
  /** Rows along y, columns along x. Two classes: of the positive one; else of the class decided. */
  readonly proba: readonly (readonly Gap[])[]
  readonly decided: readonly (readonly number[])[]
  readonly points: readonly { readonly x: number; readonly y: number; readonly label: string }[]
}

export interface FeatureImportancesData {
  readonly __typename: 'FeatureImportancesData'
  readonly features: readonly {
    readonly name: string
    readonly gain: Gap
    readonly split: Gap
    readonly permutationMean: Gap
    readonly permutationStd: Gap
    readonly meanAbsShap: Gap
  }[]
}

export interface ShapRowValues {
  readonly values: readonly (number | string | null)[]
  readonly shap: readonly number[]
  readonly raw: number
}

export interface ShapSummaryData {
  readonly __typename: 'ShapSummaryData'
  readonly baseValue: number
  readonly features: readonly string[]
  readonly rows: readonly ShapRowValues[]
  readonly meanAbs: readonly number[]
  /** Largest |base + sum of contributions - raw| among the rows. */
  readonly additivityError: number
}

export interface ShapRowData {
  readonly __typename: 'ShapRowData'
  readonly baseValue: number
  readonly features: readonly string[]
  readonly rows: readonly ShapRowValues[]
  readonly additivityError: number
}
