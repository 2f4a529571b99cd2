import { calibrationError } from './calibration-error.ts'
import { confusionMetrics } from './confusion-metrics.ts'
import { delong, exactAuc } from './exact-auc.ts'
import type { Figure } from './metric.ts'
import { poissonBootstrap } from './poisson-bootstrap.ts'
import { averagePrecision, precisionAtK, riverPrAuc } from './precision-recall.ts'
import type { ScoreWindow } from './score-window.ts'
import { wilson } from './wilson.ts'

/** Of the highest scores. */
const K = 100
const CALIBRATION_BINS = 10

type Of = (window: ScoreWindow) => Figure

/** Classification figures of a window of observations, computed when they are asked for. */
export const windowMetrics = {
  rollingRocAuc: window => ({
    n: () => window.n,
    defined: () => hasBoth(window),
    value: () => exactAuc(window.ranked()),
    interval: () => delong(window.ranked()),
  }),
  rollingAveragePrecision: window => ({
    n: () => window.n,
    defined: () => window.ranked().totalPositives > 0,
    value: () => averagePrecision(window.ranked()),
  }),
  rollingPrAuc: window => ({
    n: () => window.n,
    defined: () => hasBoth(window),
    value: () => riverPrAuc(window.ranked()),
  }),
  precisionAt100: window => ({
    n: () => window.n,
    defined: () => window.n > 0,
    value: () => precisionAtK(window.ranked(), K),
    interval() {
      const n = Math.min(K, window.n)
      return wilson(n * precisionAtK(window.ranked(), K), n)
    },
  }),
  calibrationError: window => ({
    n: () => window.n,
    defined: () => window.n > 0,
    value: () => calibrationError(window.ranked(), CALIBRATION_BINS),
  }),
  rollingRecall: window => ({
    n: () => window.n,
    defined: () => window.n > 0,
    value: () => confusionMetrics.recall(matrixOf(window)),
    interval() {
      const { truePositives, falseNegatives } = matrixOf(window)
      return wilson(truePositives, truePositives + falseNegatives)
    },
  }),
  rollingPrecision: window => ({
    n: () => window.n,
    defined: () => window.n > 0,
    value: () => confusionMetrics.precision(matrixOf(window)),
    interval() {
      const { truePositives, falsePositives } = matrixOf(window)
      return wilson(truePositives, truePositives + falsePositives)
    },
  }),
  rollingFbeta2: window => ({
    n: () => window.n,
    defined: () => window.n > 0,
    value: () => confusionMetrics.fbeta2(matrixOf(window)),
    interval: () => poissonBootstrap(matrixOf(window), confusionMetrics.fbeta2),
  }),
} as const satisfies Record<string, Of>

function hasBoth(window: ScoreWindow): boolean {
  const { totalPositives, totalNegatives } = window.ranked()
  return totalPositives > 0 && totalNegatives > 0
}

function matrixOf(window: ScoreWindow) {
  const [trueNegatives, falsePositives, falseNegatives, truePositives] = window.decisions()
  return { trueNegatives, falsePositives, falseNegatives, truePositives }
}
