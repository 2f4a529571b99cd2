import type { ChartFamilyName, ChartOption } from '../chart-kind.ts'

function integer(
  name: string,
  value: number | null,
  min: number,
  max: number,
  description: string,
): ChartOption {
  return { name, type: 'INTEGER', default: value, min, max, description }
}

function number(
  name: string,
  value: number | null,
  min: number,
  max: number,
  description: string,
): ChartOption {
  return { name, type: 'NUMBER', default: value, min, max, description }
}

function choice(name: string, value: string, choices: readonly string[], description: string): ChartOption {
  return { name, type: 'CHOICE', default: value, choices, description }
}

function text(name: string, description: string): ChartOption {
  return { name, type: 'TEXT', default: null, description }
}

const split = choice('split', 'TEST', ['TEST', 'VALIDATION', 'TRAIN'], 'Part of the data that is scored.')
const threshold = number('threshold', null, 0, 1, 'Scores from here on are positive; default the model’s.')
const points = integer('points', 500, 50, 5000, 'Most points of the curve; extremes and both ends stay.')
const seed = integer('seed', 42, 0, 2 ** 32 - 1, 'Of all that is drawn at random.')
const encoding = choice(
  'encoding',
  'FREQUENCY',
  ['FREQUENCY', 'ORDINAL'],
  'What stands for a category: its share of the rows, or its code, which has no meaning as a number.',
)

function sample(value: number, max: number): ChartOption {
  return integer('sample', value, 50, max, 'Most rows to look at, drawn at random.')
}

const refit = [
  sample(2000, 6000),
  integer('iterations', 25, 5, 100, 'Trees of each refit.'),
  integer('folds', 3, 2, 10, 'Parts of a cross-validation.'),
  seed,
]
const axes = [
  text('x', 'Feature; default the most important number.'),
  text('y', 'Feature; default the next one.'),
]

/** Options of each family, with defaults and bounds that keep a chart within a second, or an embedding within five. */
export const familyOptions: Readonly<Record<ChartFamilyName, readonly ChartOption[]>> = {
  ConfusionMatrix: [split, threshold],
  ClassificationReport: [split, threshold],
  RocCurve: [split, points],
  PrecisionRecall: [split, points],
  DetCurve: [split, points],
  Calibration: [
    split,
    integer('bins', 10, 2, 50, 'Number of bins.'),
    choice('strategy', 'QUANTILE', ['QUANTILE', 'UNIFORM'], 'Bins of equal size, or of equal width.'),
  ],
  ClassPredictionError: [split, threshold],
  DiscriminationThreshold: [
    choice(
      'metric',
      'f1',
      ['f1', 'f2', 'precision', 'recall', 'cost'],
      'What the best threshold is best at.',
    ),
    integer('trials', 10, 2, 20, 'Refits, each on another draw.'),
    number('holdout', 0.2, 0.05, 0.5, 'Share of each draw that is scored and not learned from.'),
    number('falsePositiveCost', 1, 0, 1e6, 'Cost of a false alarm.'),
    number('falseNegativeCost', 10, 0, 1e6, 'Cost of a missed positive.'),
    sample(4000, 10_000),
    integer('iterations', 25, 5, 100, 'Trees of each refit.'),
    seed,
  ],
  KsStatistic: [split, points],
  CumulativeGain: [split, points],
  LiftCurve: [split, points],
  Residuals: [sample(1500, 10_000), integer('bins', 30, 5, 200, 'Bins of the histogram.'), seed],
  PredictionError: [split, sample(1500, 10_000), seed],
  Elbow: [
    integer('from', 2, 2, 20, 'Fewest clusters.'),
    integer('to', 12, 3, 30, 'Most clusters; more than `from`.'),
    choice(
      'metric',
      'silhouette',
      ['silhouette', 'distortion', 'calinskiHarabasz', 'daviesBouldin'],
      'What is drawn, and what chooses the best number.',
    ),
    sample(2000, 10_000),
    seed,
  ],
  Silhouette: [sample(3000, 6000), seed],
  InterclusterDistance: [sample(20_000, 100_000), seed],
  Rank1D: [sample(5000, 5000), encoding, seed],
  Rank2D: [
    choice('method', 'pearson', ['pearson', 'spearman', 'kendall', 'covariance'], 'Measure of a pair.'),
    sample(5000, 20_000),
    encoding,
    seed,
  ],
  Pca2D: [sample(800, 5000), encoding, seed],
  PcaVariance: [sample(20_000, 100_000), encoding, seed],
  Manifold: [
    choice('method', 'TSNE', ['TSNE', 'UMAP'], 'Which embedding.'),
    sample(700, 2000),
    number('perplexity', 30, 2, 100, 't-SNE: neighbours that count, roughly.'),
    integer('neighbors', 15, 2, 100, 'UMAP: neighbours that count.'),
    number('minDist', 0.1, 0, 1, 'UMAP: how close points may lie.'),
    integer('iterations', 350, 50, 1000, 'Rounds of optimisation.'),
    encoding,
    seed,
  ],
  ParallelCoordinates: [sample(100, 1000), encoding, seed],
  RadViz: [sample(1000, 5000), encoding, seed],
  JointPlot: [
    ...axes,
    sample(1000, 10_000),
    integer('bins', 20, 5, 100, 'Bins of each histogram.'),
    encoding,
    seed,
  ],
  PartialDependence: [
    {
      name: 'features',
      type: 'TEXTS',
      default: null,
      description: 'At most 12; default the six most important.',
    },
    integer(
      'grid',
      50,
      5,
      100,
      'Steps of a numeric feature from its 5th to its 95th percentile; all its values if they are fewer.',
    ),
    integer('ice', 0, 0, 50, 'Rows that are drawn one by one as well.'),
    sample(150, 2000),
    seed,
  ],
  DecisionBoundary: [
    ...axes,
    integer('resolution', 36, 10, 200, 'Steps along each axis.'),
    sample(500, 2000),
    seed,
  ],
  FeatureImportances: [
    integer('top', 20, 1, 200, 'Most features.'),
    integer('repeats', 3, 1, 10, 'Shuffles of each feature.'),
    sample(800, 10_000),
    seed,
  ],
  ShapSummary: [integer('top', 15, 1, 100, 'Most features.'), sample(150, 2000), seed],
  ShapRow: [
    split,
    integer('row', 0, 0, 99_999, 'Position in that part, by event time.'),
    integer('top', 20, 1, 200, 'Most features; the others are summed up.'),
  ],
  ClassBalance: [],
  FeatureCorrelation: [
    choice(
      'method',
      'mutualInformation',
      ['mutualInformation', 'pearson'],
      'Measure of a feature and the target.',
    ),
    sample(5000, 20_000),
    encoding,
    seed,
  ],
  BalancedBinning: [
    integer('bins', null, 2, 50, 'Default 10 for regression, else 4.'),
    choice(
      'of',
      'DEFAULT',
      ['DEFAULT', 'LABEL', 'SCORE'],
      'What is cut. The default is the label of a regression, the score of a classification, the distance within clusters.',
    ),
  ],
  CvScores: [
    integer('splits', 5, 2, 10, 'Folds that are scored.'),
    ...refit.filter(({ name }) => name !== 'folds'),
  ],
  LearningCurve: [integer('sizes', 5, 2, 10, 'Numbers of rows that are tried.'), ...refit],
  ValidationCurve: [
    choice('parameter', 'iterations', ['iterations', 'depth', 'learningRate', 'l2'], 'What is varied.'),
    {
      name: 'values',
      type: 'NUMBERS',
      default: null,
      min: 0,
      max: 1000,
      description: 'At most 10; default four values around the usual one.',
    },
    ...refit,
  ],
  Rfecv: [integer('step', null, 1, 50, 'Features taken away at once; default a sixth of them.'), ...refit],
  DroppingCurve: [integer('sizes', 5, 2, 10, 'Shares of the features that are tried.'), ...refit],
  TrainingCurve: [],
  FreqDist: [integer('top', 50, 5, 200, 'Most words.')],
  TextEmbedding: [
    choice('method', 'TSNE', ['TSNE', 'UMAP'], 'Which embedding.'),
    integer('words', 100, 10, 300, 'Most words that count, the most frequent ones.'),
    integer('sample', 700, 50, 2000, 'Most texts, drawn at random.'),
    number('perplexity', 30, 2, 100, 't-SNE: neighbours that count, roughly.'),
    integer('neighbors', 15, 2, 100, 'UMAP: neighbours that count.'),
    number('minDist', 0.1, 0, 1, 'UMAP: how close points may lie.'),
    integer('iterations', 350, 50, 1000, 'Rounds of optimisation.'),
    seed,
  ],
  Dispersion: [
    {
      name: 'words',
      type: 'TEXTS',
      default: null,
      description: 'At most 20; default the eight most frequent.',
    },
  ],
  WordCorrelation: [
    {
      name: 'words',
      type: 'TEXTS',
      default: null,
      description: 'At most 30; default the ten most frequent.',
    },
  ],
  PosTag: [],
}
