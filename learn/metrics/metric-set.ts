import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { metricCatalogue, type MetricDirection, type MetricName, type MetricTask } from './catalogue.ts'
import { clusteringMetrics } from './clustering-metrics.ts'
import { type ConfusionMatrix, createConfusionCounter } from './confusion-matrix.ts'
import { confusionMetrics } from './confusion-metrics.ts'
import type { ClassificationObservation, Metric, Observation } from './metric.ts'
import { regressionMetrics } from './regression-metrics.ts'
import { scoreMetrics } from './score-metrics.ts'

export interface MetricValue {
  name: string
  /** Null until the metric is defined. */
  value: number | null
  /** Observations behind the value. */
  n: number
  direction: MetricDirection
  window: string | null
}

/** The metrics of one task, fed with the predictions that were stored before their labels were known. */
export interface MetricSet {
  readonly task: MetricTask
  /** Takes an observation of the set's own task. Allocates nothing. */
  update(observation: Observation): void
  snapshot(): MetricValue[]
  /** The one confusion matrix behind all decision metrics; null for other tasks. */
  confusion(): ConfusionMatrix | null
  save(out: StateWriter): void
}

type Factory = (input?: StateReader) => Metric<never>

const DECISIONS: Readonly<Record<string, (matrix: ConfusionMatrix) => number>> = confusionMetrics
const OTHERS: Readonly<Record<string, Factory>> = {
  ...scoreMetrics,
  ...regressionMetrics,
  ...clusteringMetrics,
}

/** Throws UNKNOWN_METRIC when a name is not in the catalogue or belongs to another task. */
export function createMetricSet(names: readonly string[], { task }: { task: MetricTask }): MetricSet {
  return build(names, task)
}

export function loadMetricSet(input: StateReader): MetricSet {
  const task = input.str() as MetricTask
  const names = Array.from({ length: input.u32() }, () => input.str())
  return build(names, task, input)
}

function build(names: readonly string[], task: MetricTask, input?: StateReader): MetricSet {
  for (const name of names) checkKnown(name, task)
  const counter = task === 'classification' ? createConfusionCounter(input) : null
  const metrics = names
    .filter(name => Object.hasOwn(OTHERS, name))
    .map(name => ({ name, metric: OTHERS[name](input) as Metric<Observation> }))
  const updated = metrics.map(({ metric }) => metric)
  const byName = new Map(metrics.map(({ name, metric }) => [name, metric]))

  function valueOf(name: string): Pick<MetricValue, 'value' | 'n'> {
    const metric = byName.get(name)
    if (metric) return { value: metric.defined() ? finite(metric.value()) : null, n: metric.n() }
    const matrix = (counter as NonNullable<typeof counter>).counts()
    const n = matrix.truePositives + matrix.falsePositives + matrix.falseNegatives + matrix.trueNegatives
    return { value: n > 0 ? finite(DECISIONS[name](matrix)) : null, n }
  }

  return {
    task,
    update(observation) {
      if (counter !== null) {
        const { label, flagged } = observation as ClassificationObservation
        counter.add(label, flagged)
      }
      for (let i = 0; i < updated.length; i++) updated[i].update(observation)
    },
    snapshot: () =>
      names.map(name => {
        const { direction, window } = metricCatalogue[name as MetricName]
        return { name, ...valueOf(name), direction, window }
      }),
    confusion: () => counter?.counts() ?? null,
    save(out) {
      out.str(task)
      out.u32(names.length)
      for (const name of names) out.str(name)
      counter?.save(out)
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
