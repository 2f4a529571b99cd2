import { ClassMatrix } from './class-matrix.ts'
import type { ConfusionMatrix } from './confusion-matrix.ts'
import { multiclassMetrics } from './multiclass-metrics.ts'

/** Metrics that depend on the confusion matrix alone; 0/0 counts as 0, as in River. */
export const confusionMetrics = {
  recall,
  precision,
  f1: matrix => fbeta(matrix, 1),
  fbeta2: matrix => fbeta(matrix, 2),
  fbetaHalf: matrix => fbeta(matrix, 0.5),
  accuracy: matrix => ratio(matrix.truePositives + matrix.trueNegatives, total(matrix)),
  balancedAccuracy,
  mcc,
  geometricMean,
  cohenKappa,
  jaccard: ({ truePositives, falsePositives, falseNegatives }) =>
    ratio(truePositives, truePositives + falsePositives + falseNegatives),
  macroF1: matrix => multiclassMetrics.macroF1(classMatrix(matrix)),
  microF1: matrix => multiclassMetrics.microF1(classMatrix(matrix)),
  weightedF1: matrix => multiclassMetrics.weightedF1(classMatrix(matrix)),
  macroPrecision: matrix => multiclassMetrics.macroPrecision(classMatrix(matrix)),
  macroRecall: matrix => multiclassMetrics.macroRecall(classMatrix(matrix)),
  weightedPrecision: matrix => multiclassMetrics.weightedPrecision(classMatrix(matrix)),
  weightedRecall: matrix => multiclassMetrics.weightedRecall(classMatrix(matrix)),
} as const satisfies Record<string, (matrix: ConfusionMatrix) => number>

function classMatrix(matrix: ConfusionMatrix): ClassMatrix {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = matrix
  return new ClassMatrix(2, Float64Array.of(trueNegatives, falsePositives, falseNegatives, truePositives))
}

function recall({ truePositives, falseNegatives }: ConfusionMatrix): number {
  return ratio(truePositives, truePositives + falseNegatives)
}

function specificity({ trueNegatives, falsePositives }: ConfusionMatrix): number {
  return ratio(trueNegatives, trueNegatives + falsePositives)
}

function precision({ truePositives, falsePositives }: ConfusionMatrix): number {
  return ratio(truePositives, truePositives + falsePositives)
}

function fbeta(matrix: ConfusionMatrix, beta: number): number {
  const p = precision(matrix)
  const r = recall(matrix)
  return ratio((1 + beta * beta) * p * r, beta * beta * p + r)
}

/** Mean recall over the classes that have occurred. */
function balancedAccuracy(matrix: ConfusionMatrix): number {
  const classes = Number(positives(matrix) > 0) + Number(negatives(matrix) > 0)
  return ratio(recall(matrix) + specificity(matrix), classes)
}

/** Geometric mean of the recalls of all classes seen in truth or prediction. */
function geometricMean(matrix: ConfusionMatrix): number {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = matrix
  const sawPositive = truePositives + falsePositives + falseNegatives > 0
  const sawNegative = trueNegatives + falsePositives + falseNegatives > 0
  if (sawPositive && sawNegative) return Math.sqrt(recall(matrix) * specificity(matrix))
  return sawPositive ? recall(matrix) : specificity(matrix)
}

/** Matthews 1975; the product is split so that it cannot overflow. */
function mcc(matrix: ConfusionMatrix): number {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = matrix
  const flagged = truePositives + falsePositives
  const passed = trueNegatives + falseNegatives
  const scale = Math.sqrt(flagged * passed) * Math.sqrt(positives(matrix) * negatives(matrix))
  return ratio(truePositives * trueNegatives - falsePositives * falseNegatives, scale)
}

/** Cohen 1960: agreement beyond chance. */
function cohenKappa(matrix: ConfusionMatrix): number {
  const n = total(matrix)
  if (n === 0) return 0
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = matrix
  const flagged = truePositives + falsePositives
  const passed = trueNegatives + falseNegatives
  const observed = (truePositives + trueNegatives) / n
  const expected = ((flagged / n) * positives(matrix)) / n + ((passed / n) * negatives(matrix)) / n
  return ratio(observed - expected, 1 - expected)
}

function positives({ truePositives, falseNegatives }: ConfusionMatrix): number {
  return truePositives + falseNegatives
}

function negatives({ trueNegatives, falsePositives }: ConfusionMatrix): number {
  return trueNegatives + falsePositives
}

function total(matrix: ConfusionMatrix): number {
  return positives(matrix) + negatives(matrix)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
