import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { multiclassCatalogue, type MulticlassMetricName } from './catalogue/multiclass.ts'
import { ClassMatrix } from './class-matrix.ts'
import { createMean } from './mean.ts'
import { createMeanMetric } from './mean-metric.ts'
import type { MetricValue } from './metric-set.ts'
import { multiclassMetrics } from './multiclass-metrics.ts'
import { wilson } from './wilson.ts'

/** A classification into classes 0, 1, … whose label is known by now. */
export interface MulticlassObservation {
  label: number
  /** The class that was decided for. */
  decision: number
  /** Probability of each class as it was predicted; without it, or for a class beyond it, only the decision counts. */
  probabilities?: Float64Array
  timeMs: number
  seq?: number
}

/** Metrics of any number of classes, all from one confusion matrix. */
export interface MulticlassSet {
  /** Throws INVALID_LABEL for what is no class number. */
  update(observation: MulticlassObservation): void
  correct(before: MulticlassObservation, after: MulticlassObservation): void
  snapshot(): MetricValue[]
  /** Do not change. */
  readonly matrix: ClassMatrix
  save(out: StateWriter): void
}

/** A probability of exactly 0 for what happened would cost infinitely much. */
const CLAMP = 1e-15

/** Throws UNKNOWN_METRIC for a name that is not in `multiclassCatalogue`. Default: all of them. */
export function createMulticlassSet(
  names: readonly string[] = Object.keys(multiclassCatalogue),
): MulticlassSet {
  return build(names)
}

export function loadMulticlassSet(input: StateReader): MulticlassSet {
  return build(
    Array.from({ length: input.u32() }, () => input.str()),
    input,
  )
}

function build(names: readonly string[], input?: StateReader): MulticlassSet {
  const unknown = names.find(name => !Object.hasOwn(multiclassCatalogue, name))
  if (unknown !== undefined) {
    const known = Object.keys(multiclassCatalogue).join(', ')
    throw codedError('UNKNOWN_METRIC', `There is no multiclass metric ${unknown}, wanted one of ${known}.`)
  }
  const matrix = input ? ClassMatrix.load(input) : new ClassMatrix()
  const mean = createMean(input && { input, version: 2 })
  const entropy = createMeanMetric<MulticlassObservation>(mean, crossEntropy)
  let n = input ? input.f64() : 0

  function valueOf(name: MulticlassMetricName): Pick<MetricValue, 'value' | 'n' | 'interval'> {
    if (name === 'crossEntropy') {
      const value = entropy.defined() ? entropy.value() : null
      return { value, n: entropy.n(), interval: entropy.interval?.() ?? null }
    }
    const value = n > 0 ? multiclassMetrics[name](matrix) : null
    const interval = name === 'accuracy' && value !== null ? wilson(value * n, n) : null
    return { value, n, interval }
  }

  return {
    matrix,
    update(observation) {
      matrix.add(observation.label, observation.decision)
      n += 1
      entropy.update(observation)
    },
    correct(before, after) {
      matrix.add(after.label, after.decision)
      matrix.add(before.label, before.decision, -1)
      entropy.correct(before, after)
    },
    snapshot: () =>
      names.map(name => ({
        name,
        ...valueOf(name as MulticlassMetricName),
        direction: multiclassCatalogue[name as MulticlassMetricName].direction,
        window: null,
      })),
    save(out) {
      out.u32(names.length)
      for (const name of names) out.str(name)
      matrix.save(out)
      mean.save(out)
      out.f64(n)
    },
  }
}

/** Minus the logarithm of the probability of the label, as River's CrossEntropy; what gives no probability of it does not count. */
function crossEntropy({ label, probabilities }: MulticlassObservation): number {
  const probability = probabilities?.[label] ?? Number.NaN
  return -Math.log(Math.min(1 - CLAMP, Math.max(CLAMP, probability)))
}
