import type { MetricTask } from '#learn/metrics/catalogue.ts'
import type { ClassificationObservation, RegressionObservation } from '#learn/metrics/metric.ts'
import type { ClassificationDetail, RegressionDetail } from '../order-record.ts'
import type { Scored } from '../task-model.ts'

/** A prediction that was stored, with its label, as metrics take it. */
export function observationOf(
  task: MetricTask,
  { score, detail }: Scored,
  { label, timeMs, seq }: { label: number; timeMs: number; seq: number },
): ClassificationObservation | RegressionObservation {
  if (task === 'classification') {
    const { flagged } = detail as ClassificationDetail
    return { label: label === 1 ? 1 : 0, score, flagged, timeMs, seq }
  }
  const { low, high, coverage } = detail as RegressionDetail
  if (low === undefined || high === undefined || coverage === undefined) return { label, score, timeMs, seq }
  return { label, score, timeMs, seq, lower: low, upper: high, level: coverage }
}
