import type { BatchTask } from '#learn/batch/model/batch-model.ts'

export type ChartLibrary = 'YELLOWBRICK' | 'SKLEARN' | 'SCIKITPLOT' | 'OWN'

/** What a chart is about: the reference system's `metric_type`. */
export type ChartCategory =
  | 'CLASSIFICATION'
  | 'REGRESSION'
  | 'CLUSTERING'
  | 'FEATURES'
  | 'TARGET'
  | 'MODEL_SELECTION'
  | 'TEXT'

export type ChartOptionType = 'INTEGER' | 'NUMBER' | 'TEXT' | 'CHOICE' | 'NUMBERS' | 'TEXTS'
export type ChartOptionValue = number | string | readonly number[] | readonly string[] | null
export type ChartOptions = Readonly<Record<string, ChartOptionValue>>

export interface ChartOption {
  readonly name: string
  readonly type: ChartOptionType
  /** Null where the run decides; the description says how. */
  readonly default: ChartOptionValue
  /** Bounds of a number, or of each number of a list. */
  readonly min?: number
  readonly max?: number
  /** What a CHOICE may be. */
  readonly choices?: readonly string[]
  readonly description: string
}

/** A chart that can be asked for, as a person reads about it. */
export interface ChartKind {
  /** What `chart(kind:)` takes: the library's name for it; names that two libraries use are `scikitplot.<name>` for the second. */
  readonly kind: string
  /** Its name in the library. */
  readonly name: string
  readonly library: ChartLibrary
  readonly category: ChartCategory
  /** Shape of its data: the type `<family>Data` of the graph. */
  readonly family: ChartFamilyName
  readonly tasks: readonly BatchTask[]
  readonly title: string
  readonly description: string
  readonly interpretation: string
  readonly whenToUse: string
  /** Of the library whose chart it corresponds to; null for our own. */
  readonly docsUrl: string | null
  readonly options: readonly ChartOption[]
  /** Options that the kind itself settles. */
  readonly fixed: ChartOptions
}

export const CHART_FAMILIES = [
  'ConfusionMatrix',
  'ClassificationReport',
  'RocCurve',
  'PrecisionRecall',
  'DetCurve',
  'Calibration',
  'ClassPredictionError',
  'DiscriminationThreshold',
  'KsStatistic',
  'CumulativeGain',
  'LiftCurve',
  'Residuals',
  'PredictionError',
  'Elbow',
  'Silhouette',
  'InterclusterDistance',
  'Rank1D',
  'Rank2D',
  'Pca2D',
  'PcaVariance',
  'Manifold',
  'ParallelCoordinates',
  'RadViz',
  'JointPlot',
  'PartialDependence',
  'DecisionBoundary',
  'FeatureImportances',
  'ShapSummary',
  'ShapRow',
  'ClassBalance',
  'FeatureCorrelation',
  'BalancedBinning',
  'CvScores',
  'LearningCurve',
  'ValidationCurve',
  'Rfecv',
  'DroppingCurve',
  'TrainingCurve',
  'FreqDist',
  'TextEmbedding',
  'Dispersion',
  'WordCorrelation',
  'PosTag',
] as const

export type ChartFamilyName = (typeof CHART_FAMILIES)[number]
