import { codedError } from '../coded-error.ts'
import { createEventClock } from '../math/event-clock.ts'
import type { DecisionCosts } from '../metrics/decision-metrics.ts'
import { createMetricSet, loadMetricSet, type MetricValue } from '../metrics/metric-set.ts'
import type { Observation } from '../metrics/metric.ts'
import type { BinaryClassifier, Regressor, Row } from '../online/learner.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { EventTimeBuckets } from './event-time-buckets.ts'
import { PendingPredictions, type StoredPrediction } from './pending-predictions.ts'

/** As `createIntervalEstimator` makes them. */
interface IntervalEstimator {
  readonly level: number
  /** Fills `out` with the bounds; NaN, NaN while there are none. */
  interval(row: Row, prediction: number, out: Float64Array): void
  update(row: Row, prediction: number, target: number): void
}

export interface PrequentialOptions {
  model: BinaryClassifier | Regressor
  /** Names of the metrics. */
  metrics: readonly string[]
  /** Milliseconds of event time for which a prediction is kept for its label and corrections of it. */
  ttlMs?: number
  /** Predictions that are kept at most; the oldest are dropped first. */
  capacity?: number
  /** Classification: an event without a label counts as negative this many milliseconds after it; null: never. */
  maturityMs?: number | null
  /** Classification: gives the score from which on an event is flagged, and may learn from each stored score and its label. */
  threshold?: { value(): number; update?(score: number, label: 0 | 1): void }
  /** Classification: what wrong decisions cost, for `expectedCost`. */
  costs?: DecisionCosts
  /** Regression: gives the interval of each prediction, and learns from the target before the model does. */
  intervals?: IntervalEstimator
  /** Takes the same events and outcomes by event time; it is saved by whoever created it. */
  buckets?: EventTimeBuckets
}

/**
 * - SCORED: the first label of the event: the stored prediction was scored, then the model learned.
 * - CORRECTED: another value than before, or than was assumed: scores and, where it can, the model forget the old one.
 * - DUPLICATE: the same value again, or an older label than the one in force; nothing has changed.
 * - UNKNOWN: no such event was predicted. EXPIRED: its prediction is no longer kept.
 */
export type LabelOutcome = 'SCORED' | 'CORRECTED' | 'DUPLICATE' | 'UNKNOWN' | 'EXPIRED'

export interface PrequentialCounts {
  observed: number
  /** Predictions with a label, assumed ones among them. */
  labelled: number
  /** Still taken for negative because no label came in time. */
  assumed: number
  corrected: number
  duplicate: number
  unknown: number
  expired: number
  /** Predictions that were dropped without ever having had a label. */
  dropped: number
  /** Predictions that wait for a label. */
  pending: number
}

/**
 * Evaluation that is honest by construction: an event is predicted before its label can be known, the stored prediction is what is
 * scored, and only then does the model learn (Dawid 1984; Gama, Sebastião and Rodrigues 2013). Labels may be late, missing, repeated
 * or corrected, in any order; a missing label is not a negative one until its declared maturity.
 */
export interface Prequential {
  /** Predicts and stores; an event that is known already gets its stored prediction again and counts once. */
  observe(event: { id: string; row: Row; timeMs: number }): { score: number; flagged: boolean }
  /** `atMs` is when the label was given: of several for one event the latest counts. Throws INVALID_LABEL. */
  label(id: string, value: number, atMs: number): LabelOutcome
  /** Lets time pass without an event: predictions mature and expire. */
  advance(atMs: number): void
  snapshot(): MetricValue[]
  counts(): PrequentialCounts
  /** Everything but the model, the threshold, the interval estimator and the buckets. */
  save(out: StateWriter): void
}

const DAY_MS = 86_400_000

export function createPrequential(options: PrequentialOptions): Prequential {
  return build(options)
}

/** Continues an evaluation; `options.model` is the model as it was when the evaluation was saved. */
export function loadPrequential(input: StateReader, options: PrequentialOptions): Prequential {
  return build(options, input)
}

function build(
  {
    model,
    metrics: names,
    ttlMs = 7 * DAY_MS,
    capacity = 100_000,
    maturityMs = null,
    threshold = { value: () => 0.5 },
    costs,
    intervals,
    buckets,
  }: PrequentialOptions,
  input?: StateReader,
): Prequential {
  const metrics = input
    ? loadMetricSet(input)
    : createMetricSet(names, { task: model.task, ...(costs && { costs }) })
  const clock = createEventClock(input)
  const predictions = new PendingPredictions(capacity, input)
  const counts = { observed: 0, corrected: 0, duplicate: 0, unknown: 0, expired: 0, labelled: 0 }
  if (input) for (const name of COUNTED) counts[name] = input.f64()

  const bounds = new Float64Array(2)

  function observationOf(prediction: StoredPrediction, label: number): Observation {
    const { score, flagged, timeMs, seq, lower, upper } = prediction
    if (model.task === 'classification') return { label: label === 1 ? 1 : 0, score, flagged, timeMs, seq }
    return intervals
      ? { label, score, timeMs, seq, lower, upper, level: intervals.level }
      : { label, score, timeMs, seq }
  }

  function learn({ row, score }: StoredPrediction, label: number): void {
    if (model.task === 'classification') return model.learn(row, label === 1 ? 1 : 0)
    intervals?.update(row, score, label)
    model.learn(row, label)
  }

  function score(prediction: StoredPrediction, label: number): void {
    const observation = observationOf(prediction, label)
    metrics.update(observation)
    buckets?.outcome(observation)
    counts.labelled += 1
    prediction.label = label
    if (model.task === 'classification') threshold.update?.(prediction.score, label === 1 ? 1 : 0)
    learn(prediction, label)
  }

  function correct(prediction: StoredPrediction, label: number): void {
    const before = observationOf(prediction, prediction.label)
    const after = observationOf(prediction, label)
    metrics.correct(before, after)
    buckets?.correct(before, after)
    if (model.task === 'classification') model.unlearn?.(prediction.row, prediction.label === 1 ? 1 : 0)
    prediction.label = label
    learn(prediction, label)
  }

  function advance(atMs: number): void {
    if (clock.advance(atMs)) settle()
  }

  function settle(): void {
    const now = clock.now()
    if (maturityMs !== null && model.task === 'classification') {
      for (const prediction of predictions.matured(now - maturityMs)) {
        score(prediction, 0)
        predictions.assume(prediction)
      }
    }
    predictions.expire(now - ttlMs)
  }

  return {
    observe({ id, row, timeMs }) {
      advance(timeMs)
      const known = predictions.get(id)
      if (known) return { score: known.score, flagged: known.flagged }
      const value = model.predict(row)
      const flagged = model.task === 'classification' && value >= threshold.value()
      bounds.fill(Number.NaN)
      intervals?.interval(row, value, bounds)
      // The caller may fill the same row again.
      predictions.add({
        id,
        row: row.slice(),
        score: value,
        flagged,
        lower: bounds[0],
        upper: bounds[1],
        timeMs,
        seq: counts.observed,
        label: Number.NaN,
        labelledAt: -Infinity,
        assumed: false,
      })
      counts.observed += 1
      buckets?.event(timeMs)
      return { score: value, flagged }
    },
    label(id, value, atMs) {
      const wanted = model.task === 'classification' ? '0 or 1' : 'a finite number'
      if (!Number.isFinite(value) || (model.task === 'classification' && value !== 0 && value !== 1))
        throw codedError('INVALID_LABEL', `The label ${value} was given for ${id}, wanted ${wanted}.`)
      advance(atMs)
      const prediction = predictions.get(id)
      if (!prediction) {
        const outcome = predictions.hasExpired(id) ? 'EXPIRED' : 'UNKNOWN'
        counts[outcome === 'EXPIRED' ? 'expired' : 'unknown'] += 1
        return outcome
      }
      const { label, labelledAt, assumed } = prediction
      const isFirst = Number.isNaN(label)
      if (!isFirst && !assumed && (atMs < labelledAt || label === value)) {
        if (label === value) prediction.labelledAt = Math.max(labelledAt, atMs)
        counts.duplicate += 1
        return 'DUPLICATE'
      }
      predictions.confirm(prediction, atMs)
      if (isFirst) score(prediction, value)
      if (isFirst || label === value) return 'SCORED'
      counts.corrected += 1
      correct(prediction, value)
      return 'CORRECTED'
    },
    advance(atMs) {
      // Said twice, because whoever calls this vouches for the time, however far ahead it is.
      clock.advance(atMs)
      advance(atMs)
    },
    snapshot: () => metrics.snapshot(),
    counts: () => ({
      ...counts,
      assumed: predictions.assumed,
      dropped: predictions.dropped,
      pending: predictions.pending,
    }),
    save(out) {
      metrics.save(out)
      clock.save(out)
      predictions.save(out)
      for (const name of COUNTED) out.f64(counts[name])
    },
  }
}

const COUNTED = ['observed', 'corrected', 'duplicate', 'unknown', 'expired', 'labelled'] as const
