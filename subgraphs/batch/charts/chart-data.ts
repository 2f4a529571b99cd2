import type * as Classification from './data/classification-data.ts'
import type * as Clustering from './data/clustering-data.ts'
import type * as Features from './data/features-data.ts'
import type * as Regression from './data/regression-data.ts'
import type * as Selection from './data/selection-data.ts'
import type * as Target from './data/target-data.ts'
import type * as Text from './data/text-data.ts'
import type { ChartFamilyName } from './chart-kind.ts'

/** What charts hold: members of the graph's union, told apart by `__typename`. */
export type ChartData =
  | Classification.ConfusionMatrixData
  | Classification.ClassificationReportData
  | Classification.RocCurveData
  | Classification.PrecisionRecallData
  | Classification.DetCurveData
  | Classification.CalibrationData
  | Classification.ClassPredictionErrorData
  | Classification.DiscriminationThresholdData
  | Classification.KsStatisticData
  | Classification.CumulativeGainData
  | Classification.LiftCurveData
  | Regression.ResidualsData
  | Regression.PredictionErrorData
  | Clustering.ElbowData
  | Clustering.SilhouetteData
  | Clustering.InterclusterDistanceData
  | Features.Rank1DData
  | Features.Rank2DData
  | Features.Pca2DData
  | Features.PcaVarianceData
  | Features.ManifoldData
  | Features.ParallelCoordinatesData
  | Features.RadVizData
  | Features.JointPlotData
  | Features.PartialDependenceData
  | Features.DecisionBoundaryData
  | Features.FeatureImportancesData
  | Features.ShapSummaryData
  | Features.ShapRowData
  | Target.ClassBalanceData
  | Target.FeatureCorrelationData
  | Target.BalancedBinningData
  | Selection.CvScoresData
  | Selection.LearningCurveData
  | Selection.ValidationCurveData
  | Selection.RfecvData
  | Selection.DroppingCurveData
  | Selection.TrainingCurveData
  | Text.FreqDistData
  | Text.TextEmbeddingData
  | Text.DispersionData
  | Text.WordCorrelationData
  | Text.PosTagData

export type ChartDataOf<Family extends ChartFamilyName> = Extract<ChartData, { __typename: `${Family}Data` }>
