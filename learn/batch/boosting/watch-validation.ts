import type { BinnedColumns } from './bin-columns.ts'
import { binRows } from './bin-columns.ts'
import type { BoostingMetric } from './boosting-parameters.ts'
import type { Objective } from './objective.ts'
import type { PreparedPart } from './prepare-part.ts'
import { rankingBuckets } from './ranking-buckets.ts'
import type { SlotTree } from './slot-tree.ts'

/** The validation part's scores while trees are added. */
export interface ValidationWatch {
  add(tree: SlotTree, output: number): void
  measure(): { readonly loss: number; readonly metric: number }
  /** Whether a value of the metric is better than another. */
  isBetter(value: number, than: number): boolean
}

interface Settings {
  readonly part: PreparedPart
  readonly binned: BinnedColumns
  /** Of the training part. */
  readonly start: Float64Array
  /** Over the validation part. */
  readonly objective: Objective
  readonly metric: BoostingMetric
}

export function watchValidation({ part, binned, start, objective, metric }: Settings): ValidationWatch {
  const { labels, data, weights } = part
  const { rows } = data
  const outputs = start.length
  const bins = binRows(binned, data)
  const scores = new Float64Array(rows * outputs)
  start.forEach((value, output) => scores.fill(value, output * rows, (output + 1) * rows))
  const gradient = new Float64Array(rows * outputs)
  const hessian = new Float64Array(rows * outputs)
  const features = binned.features.length
  const isHighBest = metric === 'auc' || metric === 'averagePrecision'

  return {
    add(tree, output) {
      tree.addTo(scores, {
        bins,
        rows,
        featureStride: 1,
        rowStride: features,
        offset: output * rows,
        scoreStride: 1,
        except: null,
      })
    },
    measure() {
      const loss = objective.gradients(scores, gradient, hessian)
      return { loss, metric: measured(loss) }
    },
    isBetter: (value, than) => (isHighBest ? value > than : value < than),
  }

  function measured(loss: number): number {
    if (metric === 'auc') return rankingBuckets(scores, labels, weights).auc()
    if (metric === 'averagePrecision') return rankingBuckets(scores, labels, weights).averagePrecision()
    if (metric === 'mae') return meanOf(error => Math.abs(error))
    if (metric === 'rmse') return Math.sqrt(meanOf(error => error * error))
    return loss
  }

  function meanOf(penalty: (error: number) => number): number {
    let sum = 0
    let total = 0
    for (let i = 0; i < rows; i++) {
      const weight = weights === null ? 1 : weights[i]
      sum += weight * penalty(scores[i] - labels[i])
      total += weight
    }
    return sum / total
  }
}
