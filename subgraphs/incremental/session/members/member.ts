import { type Comparison, createComparison, loadComparison } from '#learn/evaluation/sequential/comparison.ts'
import type { Column } from '#learn/online/learner.ts'
import { createMetricSet, loadMetricSet, type MetricSet } from '#learn/metrics/metric-set.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { DecisionSpec, UseCase } from '#use-cases/define.ts'
import { loadTaskModel } from '../create-task-model.ts'
import type { TaskModel } from '../task-model.ts'
import type { ComparisonFigures } from './figures.ts'

/** A model of a session, the champion or a challenger. */
export interface Member {
  readonly name: string
  readonly seed: string
  automatic: boolean
  since: number
  isShed: boolean
  readonly model: TaskModel
  /** Of a challenger's own predictions, and beside the champion's; null for the champion. */
  trial: Trial | null
}

export interface Trial {
  readonly metrics: MetricSet
  /** Null where there are no labels to compare by. */
  readonly comparison: Comparison | null
}

/** Probability of any wrong promotion, over all challengers that a session ever has. */
const ALPHA = 0.05

/** Metrics of a use case's predictions; with what mistakes cost where the decision goes by it. */
export function newMetricSet({ task, metrics }: UseCase, decision: DecisionSpec): MetricSet {
  if (task !== 'classification' || decision.policy !== 'cost') return createMetricSet(metrics, { task })
  const { falsePositive, falseNegative } = decision
  const names = metrics.includes('expectedCost') ? metrics : [...metrics, 'expectedCost']
  return createMetricSet(names, { task, costs: { falsePositive, falseNegative } })
}

/** `ordinal`: 1, 2, … of the trials of a session: their shares of ALPHA add up to no more than all of it. */
export function createTrial(useCase: UseCase, decision: DecisionSpec, ordinal: number): Trial {
  const { task } = useCase
  const comparison =
    task === 'clustering' ? null : createComparison({ alpha: ALPHA, challengers: ordinal * (ordinal + 1) })
  return { metrics: newMetricSet(useCase, decision), comparison }
}

export function saveMember(member: Member, out: StateWriter): void {
  const { name, seed, automatic, since, isShed, model, trial } = member
  out.str(name)
  out.str(seed)
  out.bool(automatic)
  out.f64(since)
  out.bool(isShed)
  model.save(out)
  out.bool(trial !== null)
  if (!trial) return
  trial.metrics.save(out)
  out.bool(trial.comparison !== null)
  trial.comparison?.save(out)
}

export function loadMember(input: StateReader, columns: readonly Column[]): Member {
  const name = input.str()
  const seed = input.str()
  const automatic = input.bool()
  const since = input.f64()
  const isShed = input.bool()
  const model = loadTaskModel(input, columns)
  const trial = input.bool()
    ? { metrics: loadMetricSet(input), comparison: input.bool() ? loadComparison(input) : null }
    : null
  return { name, seed, automatic, since, isShed, model, trial }
}

export function comparisonFigures(comparison: Comparison | null | undefined): ComparisonFigures | null {
  if (!comparison) return null
  const { n, meanDifference, lower, upper, eValue, wanted, decided } = comparison.value()
  const finite = (value: number) => (Number.isFinite(value) ? value : null)
  return {
    n,
    meanDifference,
    lower: finite(lower),
    upper: finite(upper),
    evidence: Math.min(eValue, Number.MAX_VALUE),
    wanted,
    decided,
  }
}
