import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import {
  metricCatalogue,
  type MetricDirection,
  type MetricName,
  type MetricTask,
  ROLLING_AUC_SIZE,
} from './catalogue.ts'
import { clusteringMetrics } from './clustering-metrics.ts'
import { type ConfusionMatrix, createConfusionCounter } from './confusion-matrix.ts'
import { confusionMetrics } from './confusion-metrics.ts'
import { type DecisionCosts, decisionMetric, type DecisionMetricName } from './decision-metrics.ts'
import type { Interval } from './interval.ts'
import type { ClassificationObservation, Figure, Metric, Observation } from './metric.ts'
import { regressionMetrics } from './regression-metrics.ts'
import type { SavedState } from './saved-state.ts'
import { ScoreWindow } from './score-window.ts'
import { scoreMetrics } from './score-metrics.ts'
import { windowMetrics } from './window-metrics.ts'

export interface MetricValue {
  name: string
  /** Null until the metric is defined. */
  value: number | null
  /** Observations behind the value. */
  n: number
  direction: MetricDirection
  window: string | null
  /** Confidence interval of the value; null where there is no method for it or too little to tell. */
  interval: Interval | null
}

/** The metrics of one task, fed with the predictions that were stored before their labels were known. */
export interface MetricSet {
  readonly task: MetricTask
  /** Takes an observation of the set's own task. Creates no object. */
  update(observation: Observation): void
  /**
   * Makes every metric what it would be if `after` had come instead of `before`, which has been taken before with the same `seq`:
   * counts exactly, others to 1e-9. Windows by count replace the observation in its place while they hold it.
   */
  correct(before: Observation, after: Observation): void
  /** `intervals: false` leaves the confidence intervals out, which take most of the time. */
  snapshot(options?: { intervals?: boolean }): MetricValue[]
  /** The one confusion matrix behind all decision metrics; null for other tasks. */
  confusion(): ConfusionMatrix | null
  save(out: StateWriter): void
}

type Create = (from?: SavedState) => Metric<Observation>

/** Stands before the task since version 2; version 1 begins with the task. */
const VERSION_2 = 'metric-set-2'

const STREAMED = {
  classification: scoreMetrics,
  regression: regressionMetrics,
  clustering: clusteringMetrics,
} as unknown as Readonly<Record<MetricTask, Readonly<Record<string, Create>>>>

/** Throws UNKNOWN_METRIC when a name is not in the catalogue or belongs to another task. */
export function createMetricSet(
  names: readonly string[],
  { task, costs = null }: { task: MetricTask; costs?: DecisionCosts | null },
): MetricSet {
  return build(names, task, costs)
}

export function loadMetricSet(input: StateReader): MetricSet {
  const first = input.str()
  const version = first === VERSION_2 ? 2 : 1
  const task = version === 2 ? input.str() : first
  if (!Object.hasOwn(STREAMED, task)) {
    throw codedError('CHECKPOINT_CORRUPT', `The checkpoint is corrupt: it holds metrics of ${task}.`)
  }
  const names = Array.from({ length: input.u32() }, () => input.str())
  const hasCosts = version === 2 && input.bool()
  const costs = hasCosts ? { falsePositive: input.f64(), falseNegative: input.f64() } : null
  return build(names, task as MetricTask, costs, { input, version })
}

function build(
  names: readonly string[],
  task: MetricTask,
  costs: DecisionCosts | null,
  from?: SavedState,
): MetricSet {
  for (const name of names) checkKnown(name, task)
  const counter = task === 'classification' ? createConfusionCounter(from?.input) : null
  const windowed = names.some(name => Object.hasOwn(windowMetrics, name))
  const window = windowed ? new ScoreWindow(ROLLING_AUC_SIZE, from?.version === 2 ? from : undefined) : null
  const updated: Metric<Observation>[] = []
  const figures = names.map(figureOf)

  function figureOf(name: string): Figure {
    if (counter && (Object.hasOwn(confusionMetrics, name) || name === 'expectedCost'))
      return decisionMetric(name as DecisionMetricName, counter, costs)
    if (window && Object.hasOwn(windowMetrics, name)) {
      if (from?.version === 1) window.loadScoresAndLabels(from.input)
      return windowMetrics[name as keyof typeof windowMetrics](window)
    }
    const metric = STREAMED[task][name](from)
    updated.push(metric)
    return metric
  }

  return {
    task,
    update(observation) {
      if (counter !== null) {
        const classification = observation as ClassificationObservation
        counter.add(classification.label, classification.flagged)
        if (window !== null) window.add(classification)
      }
      for (let i = 0; i < updated.length; i++) updated[i].update(observation)
    },
    correct(before, after) {
      if (counter !== null) {
        const was = before as ClassificationObservation
        const is = after as ClassificationObservation
        counter.remove(was.label, was.flagged)
        counter.add(is.label, is.flagged)
        window?.correct({ ...is, seq: was.seq ?? Number.NaN })
      }
      for (const metric of updated) metric.correct(before, after)
    },
    snapshot: ({ intervals = true } = {}) =>
      names.map((name, i) => {
        const { direction, window } = metricCatalogue[name as MetricName]
        const figure = figures[i]
        const value = figure.defined() ? finite(figure.value()) : null
        const interval = intervals && value !== null ? (figure.interval?.() ?? null) : null
        return { name, value, n: figure.n(), direction, window, interval }
      }),
    confusion: () => counter?.counts() ?? null,
    save(out) {
      out.str(VERSION_2)
      out.str(task)
      out.u32(names.length)
      for (const name of names) out.str(name)
      out.bool(costs !== null)
      if (costs) {
        out.f64(costs.falsePositive)
        out.f64(costs.falseNegative)
      }
      counter?.save(out)
      window?.save(out)
      for (const metric of updated) metric.save(out)
    },
  }
}

function checkKnown(name: string, task: MetricTask): void {
  if (Object.hasOwn(metricCatalogue, name) && metricCatalogue[name as MetricName].task === task) return
  const known = Object.entries(metricCatalogue).filter(([, info]) => info.task === task)
  throw codedError(
    'UNKNOWN_METRIC',
    `There is no ${task} metric ${name}, wanted one of ${known.map(([known]) => known).join(', ')}.`,
  )
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
