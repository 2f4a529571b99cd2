import { type Confusion, confusion } from './confusion.ts'

export interface ReportAverage {
  precision: number
  recall: number
  f1: number
}

/** One entry a class, in the order of the classes. */
export interface ClassificationReport {
  precision: number[]
  recall: number[]
  f1: number[]
  support: number[]
  /** Shares of all rows, per cent. */
  supportPct: number[]
  accuracy: number | null
  macroAvg: ReportAverage
  weightedAvg: ReportAverage
}

/** Precision, recall and F1 of every class; 0 where nothing of it was predicted or it never occurred, as in scikit-learn. */
export function classificationReport(
  input: Parameters<typeof confusion>[0] | Confusion,
): ClassificationReport {
  const { classes, counts, support } = 'counts' in input ? input : confusion(input)
  const all = support.reduce((sum, count) => sum + count, 0)
  const predicted = counts.map((_, c) => counts.reduce((sum, row) => sum + row[c], 0))
  const hits = counts.map((row, c) => row[c])
  const precision = hits.map((hit, c) => ratio(hit, predicted[c]))
  const recall = hits.map((hit, c) => ratio(hit, support[c]))
  const f1 = hits.map((hit, c) => ratio(2 * hit, predicted[c] + support[c]))
  const average = (weights: readonly number[]): ReportAverage => ({
    precision: mean(precision, weights),
    recall: mean(recall, weights),
    f1: mean(f1, weights),
  })
  return {
    precision,
    recall,
    f1,
    support,
    supportPct: support.map(count => 100 * ratio(count, all)),
    accuracy: all > 0 ? hits.reduce((sum, hit) => sum + hit, 0) / all : null,
    macroAvg: average(new Array<number>(classes).fill(1)),
    weightedAvg: average(support),
  }
}

const ratio = (part: number, whole: number): number => (whole > 0 ? part / whole : 0)

function mean(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return ratio(
    values.reduce((sum, value, i) => sum + value * weights[i], 0),
    total,
  )
}
