import type { ConfusionMatrix } from '#learn/metrics/confusion-matrix.ts'

export interface ClassScores {
  precision: number
  recall: number
  'f1-score': number
  support: number
}

/**
 * Precision, recall and F1 of both classes and their averages; 0/0 counts as 0. Keys and meaning are those of scikit-learn's
 * `classification_report(output_dict=True)`.
 */
export function classificationReport({
  truePositives,
  falsePositives,
  falseNegatives,
  trueNegatives,
}: ConfusionMatrix): Record<'0' | '1' | 'macro avg' | 'weighted avg', ClassScores> & { accuracy: number } {
  const positive = scores(truePositives, falsePositives, falseNegatives)
  const negative = scores(trueNegatives, falseNegatives, falsePositives)
  const total = positive.support + negative.support
  return {
    '0': negative,
    '1': positive,
    accuracy: ratio(truePositives + trueNegatives, total),
    'macro avg': average(negative, positive, 0.5, total),
    'weighted avg': average(negative, positive, ratio(negative.support, total), total),
  }
}

function scores(hits: number, falseAlarms: number, misses: number): ClassScores {
  const precision = ratio(hits, hits + falseAlarms)
  const recall = ratio(hits, hits + misses)
  return {
    precision,
    recall,
    'f1-score': ratio(2 * precision * recall, precision + recall),
    support: hits + misses,
  }
}

function average(a: ClassScores, b: ClassScores, weight: number, support: number): ClassScores {
  const mean = (name: keyof ClassScores) => a[name] * weight + b[name] * (1 - weight)
  return { precision: mean('precision'), recall: mean('recall'), 'f1-score': mean('f1-score'), support }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
