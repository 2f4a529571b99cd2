import type { ChartFamilyName } from '../chart-kind.ts'

interface FamilyText {
  /** How to read it. */
  readonly interpretation: string
  readonly whenToUse: string
}

/** Kinds of one family show the same data, so they are read the same way. */
export const familyTexts: Readonly<Record<ChartFamilyName, FamilyText>> = {
  ConfusionMatrix: {
    interpretation:
      'Rows are the truth, columns the decision. Shares are of each row: the diagonal is the recall of a class, everything beside it an error.',
    whenToUse: 'To see which errors a threshold makes, and how many of each.',
  },
  ClassificationReport: {
    interpretation:
      'Precision is the share of a class’s decisions that were right, recall the share of the class that was found, F1 their harmonic mean; support says how many rows each rests on.',
    whenToUse: 'To compare classes at the threshold in use, above all when one of them is rare.',
  },
  RocCurve: {
    interpretation:
      'Recall against false alarm rate over all thresholds. The nearer to the upper left corner the better; the diagonal is chance; the area is the chance that a positive scores above a negative.',
    whenToUse:
      'To judge the order of scores apart from any threshold. With rare positives read it beside precision and recall.',
  },
  PrecisionRecall: {
    interpretation:
      'Precision against recall over all thresholds; grey lines have equal F1. The level of chance is the share of positives, not one half.',
    whenToUse: 'When positives are rare and false alarms cost work, as with fraud.',
  },
  DetCurve: {
    interpretation:
      'Missed positives against false alarms, both on normal-deviate scales, on which well-behaved scores give nearly straight lines; lower and further left is better.',
    whenToUse: 'To compare good models where ROC curves crowd into a corner.',
  },
  Calibration: {
    interpretation:
      'Each point is a bin of scores: on the diagonal a score of 0.3 comes true in 30 % of rows; above it scores are too low, below too high. Bars are 95 % intervals.',
    whenToUse: 'Before scores are used as probabilities: in costs, queues or limits.',
  },
  ClassPredictionError: {
    interpretation:
      'A bar for each true class, divided by what was decided; all but its own colour is error.',
    whenToUse: 'To see at a glance how often classes are taken for one another, in rows instead of rates.',
  },
  DiscriminationThreshold: {
    interpretation:
      'Scores of the decision by threshold over several refits: the line is the median, the band the 10th to 90th percentile. The queue rate is the share of rows that would be flagged; the mark is the best threshold.',
    whenToUse: 'To choose a threshold by what can be worked off, or by the cost of either error.',
  },
  KsStatistic: {
    interpretation:
      'Cumulative shares of both classes by score; the largest distance between them is the Kolmogorov-Smirnov statistic, 0 to 1.',
    whenToUse:
      'Where the separation of two classes is to be one number with a threshold, as is common in credit scoring.',
  },
  CumulativeGain: {
    interpretation:
      'Share of a class found if only the highest-scored part of all rows is looked at; the diagonal is a random order.',
    whenToUse: 'To say how much is caught for a given amount of checking.',
  },
  LiftCurve: {
    interpretation:
      'How many times more of a class the highest-scored part holds than a random part of the same size; 1 is no gain.',
    whenToUse: 'To decide how far down a ranked list checking pays.',
  },
  Residuals: {
    interpretation:
      'Truth minus prediction. A cloud around zero without shape is good; a funnel means that the spread grows with the value, a bend that something is missing. The ordered residuals lie on a line if they are normal.',
    whenToUse: 'To find what a regression gets wrong systematically, and whether its errors have long tails.',
  },
  PredictionError: {
    interpretation:
      'Prediction against truth. Points on the identity line are exact; a best fit that is flatter says that large values are underrated and small ones overrated.',
    whenToUse: 'To see bias along the range of the label.',
  },
  Elbow: {
    interpretation:
      'A measure of the clustering by number of clusters. Distortion always falls, so the bend counts; silhouette and Calinski-Harabasz are best at their peak, Davies-Bouldin at its lowest.',
    whenToUse: 'To choose the number of clusters, or to doubt it.',
  },
  Silhouette: {
    interpretation:
      'One row each, or one session or customer where those were clustered: near 1 it lies well inside its cluster, near 0 between two, below 0 it is nearer to another cluster. The line is the mean.',
    whenToUse: 'To find clusters that are thin, overlapping or of very different size.',
  },
  InterclusterDistance: {
    interpretation:
      'Centres laid out so that distances are kept as well as two dimensions allow; areas are sizes. Overlap in the picture is not always overlap in the data: the stress says how far to trust it.',
    whenToUse: 'To see which clusters are neighbours and might be one.',
  },
  Rank1D: {
    interpretation: 'Shapiro-Wilk W of each feature: 1 is normal, lower is skewed, heavy-tailed or lumpy.',
    whenToUse: 'To find features that want a transform before a linear model.',
  },
  Rank2D: {
    interpretation:
      'How strongly each pair of features moves together: -1 and 1 are perfect, 0 none. Covariance is in the units of the features.',
    whenToUse: 'To find features that say the same thing.',
  },
  Pca2D: {
    interpretation:
      'Rows in the plane of largest variance; arrows say which features make the axes. Groups that part here part along few directions.',
    whenToUse: 'For a first look at the shape of the data.',
  },
  PcaVariance: {
    interpretation:
      'Share of all variance in each principal component, and in the first ones together. A steep rise means that few directions hold most of it.',
    whenToUse: 'To choose how many components to keep.',
  },
  Manifold: {
    interpretation:
      'Rows that were near one another are drawn near one another. Distances between groups, their sizes and their places mean little; trustworthiness says what share of neighbourhoods is real.',
    whenToUse: 'To look for groups that straight projections hide.',
  },
  ParallelCoordinates: {
    interpretation:
      'One line a row across all features, each scaled from its least to its largest value. Classes whose lines bundle apart on an axis are told apart by it.',
    whenToUse: 'To compare classes over many features at once.',
  },
  RadViz: {
    interpretation:
      'Features sit on a circle and pull each row with the strength of its scaled value; rows of a class that gather near an anchor are high in that feature.',
    whenToUse: 'To see whether classes part, and by which features.',
  },
  JointPlot: {
    interpretation:
      'Two features against each other with the distribution of each along its edge; without a choice those that rank first by gain, or by SHAP where one contributes without splits.',
    whenToUse: 'To look closely at a pair that a ranking has pointed to.',
  },
  PartialDependence: {
    interpretation:
      'Mean answer of the model when one feature is set to each value and all others stay as they are; of a clustering the share of rows that then fall into its largest cluster. Without a choice the features that rank first by gain are shown (by SHAP where one contributes without splits). Flat means no influence; marks on the axis are deciles, beyond which little was seen.',
    whenToUse:
      'To see the shape of what was learned about one feature. Beware of features that depend on one another.',
  },
  DecisionBoundary: {
    interpretation:
      'Answers over a grid of two features while all others stay at typical values; the points are rows.',
    whenToUse:
      'To see how smooth or jagged decisions are along the two most important features, by gain, or by SHAP where one contributes without splits.',
  },
  FeatureImportances: {
    interpretation:
      'Gain is the loss that splits on a feature took away, split their number, permutation how much the loss grows when its values are shuffled, SHAP the mean size of its contribution, both on rows of the test part (of the validation part without one; for clusters on rows held out from a small model that predicts them). Ranked by gain, or by SHAP where a feature contributes without splits, as one that the score is a multiple of does. They differ where features overlap.',
    whenToUse: 'To learn what a model leans on, and to find leaks.',
  },
  ShapSummary: {
    interpretation:
      'A point a row and feature: to the right it raised the score, to the left it lowered it; colour is the feature’s value from low to high.',
    whenToUse: 'To see direction and spread of influence, beyond a single number for each feature.',
  },
  ShapRow: {
    interpretation:
      'What each feature adds to the raw score of one row, starting from what all rows have in common; all of it sums up to the raw score.',
    whenToUse: 'To explain a single answer.',
  },
  ClassBalance: {
    interpretation:
      'Rows of each class in the parts of the split; bars of different height are an imbalance.',
    whenToUse: 'Before training, and to check that the parts resemble each other.',
  },
  FeatureCorrelation: {
    interpretation:
      'How much each feature by itself says about the target: Pearson sees straight lines only, mutual information any relation, in nats.',
    whenToUse: 'To rank features before a model exists, and to notice a leak.',
  },
  BalancedBinning: {
    interpretation: 'Edges that put about as many rows into each bin; narrow bins are where values crowd.',
    whenToUse: 'To cut a number into classes of equal size.',
  },
  CvScores: {
    interpretation:
      'Score of a small refit on each held-out fold; the line is the mean. Scores far apart mean that the result depends on the draw.',
    whenToUse:
      'To learn how stable a score is. Refits are smaller than the model: compare them with one another only.',
  },
  LearningCurve: {
    interpretation:
      'Scores on rows learned from and on held-out rows by number of rows. Still rising: more data would help; a lasting gap between the two is overfitting.',
    whenToUse: 'To decide between more data and another model.',
  },
  ValidationCurve: {
    interpretation:
      'Scores by value of one parameter. Where the training score rises and the other falls, the model starts to overfit.',
    whenToUse: 'To see whether a parameter matters and where it is best.',
  },
  Rfecv: {
    interpretation:
      'Held-out score by number of features: each fold takes away step by step those that matter least to the rows it learns from. The mark is the best number; being the best of several tries, its score is optimistic.',
    whenToUse: 'To find out how few features do.',
  },
  DroppingCurve: {
    interpretation:
      'Scores when only a random share of the features may be used. A curve that stays high has features that stand in for one another.',
    whenToUse: 'To learn how much a model depends on having every feature.',
  },
  TrainingCurve: {
    interpretation:
      'Loss by iteration on rows learned from and on the validation part; the mark is the iteration that was kept.',
    whenToUse: 'To check that training ended for the right reason.',
  },
  FreqDist: {
    interpretation: 'The most frequent words of the texts, without those that carry no meaning.',
    whenToUse: 'To learn what the texts are about.',
  },
  TextEmbedding: {
    interpretation:
      'Texts by their weighted words (TF-IDF), drawn so that similar ones are near one another; colours are clusters.',
    whenToUse: 'To see whether clusters differ in what people search for.',
  },
  Dispersion: {
    interpretation: 'Where in the sequence of texts each word occurs: a gap is a time without it.',
    whenToUse: 'To find words that come and go.',
  },
  WordCorrelation: {
    interpretation:
      'Phi coefficient of two words occurring in the same text: 1 always together, 0 independent, -1 never.',
    whenToUse: 'To find phrases and subjects.',
  },
  PosTag: {
    interpretation: 'Words by their part of speech, as a tagger of English sees them.',
    whenToUse: 'To tell names of things from descriptions and actions.',
  },
}
