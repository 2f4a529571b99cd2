import type { Gap } from './gap.ts'

export interface ConfusionMatrixData {
  readonly __typename: 'ConfusionMatrixData'
  readonly labels: readonly string[]
  readonly counts: readonly (readonly number[])[]
  readonly normalizedTrue: readonly (readonly Gap[])[]
  readonly support: readonly number[]
  readonly threshold: number
}

export interface ReportAverage {
  readonly precision: Gap
  readonly recall: Gap
  readonly f1: Gap
}

export interface ClassificationReportData {
  readonly __typename: 'ClassificationReportData'
  readonly labels: readonly string[]
  readonly precision: readonly Gap[]
  readonly recall: readonly Gap[]
  readonly f1: readonly Gap[]
  readonly support: readonly number[]
  readonly supportPct: readonly Gap[]
  readonly accuracy: Gap
  readonly macroAvg: ReportAverage
  readonly weightedAvg: ReportAverage
  readonly threshold: number
}

export interface RocAverage {
  readonly fpr: readonly Gap[]
  readonly tpr: readonly Gap[]
  readonly auc: Gap
}

export interface RocCurveData {
  readonly __typename: 'RocCurveData'
  readonly fpr: readonly Gap[]
  readonly tpr: readonly Gap[]
  readonly thresholds: readonly Gap[]
  readonly auc: Gap
  readonly micro: RocAverage | null
  readonly macro: RocAverage | null
  readonly operatingPoint: { readonly threshold: number; readonly fpr: Gap; readonly tpr: Gap } | null
  readonly ciLow: Gap
  readonly ciHigh: Gap
}

export interface PrecisionRecallData {
  readonly __typename: 'PrecisionRecallData'
  readonly precision: readonly Gap[]
  readonly recall: readonly Gap[]
  readonly thresholds: readonly Gap[]
  readonly ap: Gap
  readonly prevalence: Gap
  readonly isoF1: readonly { readonly f1: number; readonly points: readonly (readonly number[])[] }[]
}

export interface DetCurveData {
  readonly __typename: 'DetCurveData'
  readonly fpr: readonly Gap[]
  readonly fnr: readonly Gap[]
  readonly thresholds: readonly Gap[]
  readonly fprProbit: readonly Gap[]
  readonly fnrProbit: readonly Gap[]
}

export interface CalibrationData {
  readonly __typename: 'CalibrationData'
  readonly strategy: string
  readonly bins: readonly {
    readonly lo: Gap
    readonly hi: Gap
    readonly meanPredicted: Gap
    readonly fractionPositive: Gap
    readonly count: number
    readonly ciLow: Gap
    readonly ciHigh: Gap
  }[]
  readonly brier: Gap
  readonly logLoss: Gap
  readonly ece: Gap
  readonly mce: Gap
}

export interface ClassPredictionErrorData {
  readonly __typename: 'ClassPredictionErrorData'
  readonly labels: readonly string[]
  readonly matrix: readonly (readonly number[])[]
}

export interface ThresholdBand {
  readonly median: readonly Gap[]
  readonly lower: readonly Gap[]
  readonly upper: readonly Gap[]
}

export interface DiscriminationThresholdData {
  readonly __typename: 'DiscriminationThresholdData'
  readonly thresholds: readonly Gap[]
  readonly metrics: {
    readonly precision: ThresholdBand
    readonly recall: ThresholdBand
    readonly f1: ThresholdBand
    readonly f2: ThresholdBand
    readonly queueRate: ThresholdBand
  }
  readonly argmax: { readonly metric: string; readonly threshold: number; readonly value: Gap }
  readonly trials: number
  readonly costs: { readonly fpCost: number; readonly fnCost: number; readonly cost: readonly Gap[] }
}

export interface KsStatisticData {
  readonly __typename: 'KsStatisticData'
  readonly thresholds: readonly Gap[]
  readonly cdfNegative: readonly Gap[]
  readonly cdfPositive: readonly Gap[]
  readonly ks: Gap
  readonly ksThreshold: Gap
}

export interface Decile {
  readonly decile: number
  readonly n: number
  readonly positives: number
  readonly rate: Gap
  readonly lift: Gap
  readonly cumGain: Gap
}

export interface ClassCurve {
  readonly label: string
  readonly values: readonly Gap[]
}

export interface CumulativeGainData {
  readonly __typename: 'CumulativeGainData'
  readonly percent: readonly number[]
  readonly gain: readonly ClassCurve[]
  readonly baseline: readonly number[]
  readonly deciles: readonly Decile[]
}

export interface LiftCurveData {
  readonly __typename: 'LiftCurveData'
  readonly percent: readonly number[]
  readonly lift: readonly ClassCurve[]
  readonly deciles: readonly Decile[]
}
