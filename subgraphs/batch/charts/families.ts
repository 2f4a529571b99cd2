import type { ChartDataOf } from './chart-data.ts'
import type { ChartFamily } from './chart-family.ts'
import type { ChartFamilyName } from './chart-kind.ts'
import { balancedBinning } from './families/balanced-binning.ts'
import { calibration } from './families/calibration.ts'
import { classBalance } from './families/class-balance.ts'
import { classPredictionError } from './families/class-prediction-error.ts'
import { classificationReport } from './families/classification-report.ts'
import { confusionMatrix } from './families/confusion-matrix.ts'
import { cumulativeGain } from './families/cumulative-gain.ts'
import { cvScores } from './families/cv-scores.ts'
import { decisionBoundary } from './families/decision-boundary.ts'
import { detCurve } from './families/det-curve.ts'
import { discriminationThreshold } from './families/discrimination-threshold.ts'
import { dispersion } from './families/dispersion.ts'
import { droppingCurve } from './families/dropping-curve.ts'
import { elbow } from './families/elbow.ts'
import { featureCorrelation } from './families/feature-correlation.ts'
import { featureImportances } from './families/feature-importances.ts'
import { freqDist } from './families/freq-dist.ts'
import { interclusterDistance } from './families/intercluster-distance.ts'
import { jointPlot } from './families/joint-plot.ts'
import { ksStatistic } from './families/ks-statistic.ts'
import { learningCurve } from './families/learning-curve.ts'
import { liftCurve } from './families/lift-curve.ts'
import { manifold } from './families/manifold.ts'
import { parallelCoordinates } from './families/parallel-coordinates.ts'
import { partialDependence } from './families/partial-dependence.ts'
import { pca2D } from './families/pca-2d.ts'
import { pcaVariance } from './families/pca-variance.ts'
import { posTag } from './families/pos-tag.ts'
import { precisionRecall } from './families/precision-recall.ts'
import { predictionError } from './families/prediction-error.ts'
import { radViz } from './families/rad-viz.ts'
import { rank1D } from './families/rank-1d.ts'
import { rank2D } from './families/rank-2d.ts'
import { residuals } from './families/residuals.ts'
import { rfecv } from './families/rfecv.ts'
import { rocCurve } from './families/roc-curve.ts'
import { shapRow } from './families/shap-row.ts'
import { shapSummary } from './families/shap-summary.ts'
import { silhouette } from './families/silhouette.ts'
import { textEmbedding } from './families/text-embedding.ts'
import { trainingCurve } from './families/training-curve.ts'
import { validationCurve } from './families/validation-curve.ts'
import { wordCorrelation } from './families/word-correlation.ts'

type Families = { readonly [Name in ChartFamilyName]: ChartFamily<ChartDataOf<Name>> }

/** How each shape of chart is computed and drawn. */
export const families: Families = {
  ConfusionMatrix: confusionMatrix,
  ClassificationReport: classificationReport,
  RocCurve: rocCurve,
  PrecisionRecall: precisionRecall,
  DetCurve: detCurve,
  Calibration: calibration,
  ClassPredictionError: classPredictionError,
  DiscriminationThreshold: discriminationThreshold,
  KsStatistic: ksStatistic,
  CumulativeGain: cumulativeGain,
  LiftCurve: liftCurve,
  Residuals: residuals,
  PredictionError: predictionError,
  Elbow: elbow,
  Silhouette: silhouette,
  InterclusterDistance: interclusterDistance,
  Rank1D: rank1D,
  Rank2D: rank2D,
  Pca2D: pca2D,
  PcaVariance: pcaVariance,
  Manifold: manifold,
  ParallelCoordinates: parallelCoordinates,
  RadViz: radViz,
  JointPlot: jointPlot,
  PartialDependence: partialDependence,
  DecisionBoundary: decisionBoundary,
  FeatureImportances: featureImportances,
  ShapSummary: shapSummary,
  ShapRow: shapRow,
  ClassBalance: classBalance,
  FeatureCorrelation: featureCorrelation,
  BalancedBinning: balancedBinning,
  CvScores: cvScores,
  LearningCurve: learningCurve,
  ValidationCurve: validationCurve,
  Rfecv: rfecv,
  DroppingCurve: droppingCurve,
  TrainingCurve: trainingCurve,
  FreqDist: freqDist,
  TextEmbedding: textEmbedding,
  Dispersion: dispersion,
  WordCorrelation: wordCorrelation,
  PosTag: posTag,
}
