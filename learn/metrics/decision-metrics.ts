import type { ConfusionCounter, ConfusionMatrix } from './confusion-matrix.ts'
import { confusionMetrics } from './confusion-metrics.ts'
import type { Interval } from './interval.ts'
import type { Figure } from './metric.ts'
import { poissonBootstrap } from './poisson-bootstrap.ts'
import { wilson } from './wilson.ts'

/** What wrong decisions cost, in any one unit. */
export interface DecisionCosts {
  falsePositive: number
  falseNegative: number
}

export type DecisionMetricName = keyof typeof confusionMetrics | 'expectedCost'

/** Those that are a share: hits and how many could have been. */
const RATES: Readonly<Record<string, (matrix: ConfusionMatrix) => [hits: number, of: number]>> = {
  recall: ({ truePositives: hits, falseNegatives }) => [hits, hits + falseNegatives],
  precision: ({ truePositives: hits, falsePositives }) => [hits, hits + falsePositives],
  jaccard: ({ truePositives: hits, falsePositives, falseNegatives }) => [
    hits,
    hits + falsePositives + falseNegatives,
  ],
  accuracy: matrix => [matrix.truePositives + matrix.trueNegatives, total(matrix)],
  microF1: matrix => [matrix.truePositives + matrix.trueNegatives, total(matrix)],
  weightedRecall: matrix => [matrix.truePositives + matrix.trueNegatives, total(matrix)],
}

/** A figure of all decisions so far. `expectedCost` is undefined as long as no costs are known. */
export function decisionMetric(
  name: DecisionMetricName,
  counter: ConfusionCounter,
  costs: DecisionCosts | null,
): Figure {
  const statistic = name === 'expectedCost' ? costOf : confusionMetrics[name]
  const n = () => total(counter.counts())

  function costOf(matrix: ConfusionMatrix): number {
    if (!costs) return Number.NaN
    const { falsePositives, falseNegatives } = matrix
    return (falsePositives * costs.falsePositive + falseNegatives * costs.falseNegative) / total(matrix)
  }

  function interval(): Interval | null {
    const matrix = counter.counts()
    const rate = RATES[name]
    return rate ? wilson(...rate(matrix)) : poissonBootstrap(matrix, statistic)
  }

  return {
    n,
    defined: () => n() > 0 && (name !== 'expectedCost' || costs !== null),
    value: () => statistic(counter.counts()),
    interval,
  }
}

function total({ truePositives, falsePositives, falseNegatives, trueNegatives }: ConfusionMatrix): number {
  return truePositives + falsePositives + falseNegatives + trueNegatives
}
