import { codedError } from '../coded-error.ts'
import { createEventClock } from '../math/event-clock.ts'
import type { MetricTask } from '../metrics/catalogue.ts'
import type { Observation } from '../metrics/metric.ts'
import { createMetricSet, loadMetricSet, type MetricSet, type MetricValue } from '../metrics/metric-set.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { expectCumulative } from './cumulative-metrics.ts'

export interface EventTimeBucketOptions {
  /** Length of a bucket in milliseconds; buckets begin at multiples of it in Unix time. */
  bucketMs: number
  /** Buckets that are kept; the oldest is dropped for a newer one. */
  keep: number
  /** Names of metrics without a window of their own. */
  metrics: readonly string[]
  task: MetricTask
  /** Share of a bucket's events that must have a label for it to count as mature. */
  minCoverage?: number
}

export interface EventTimeBucket {
  /** Event time in Unix milliseconds, `from` included, `to` not. */
  from: number
  to: number
  events: number
  labelled: number
  /** labelled / events. */
  coverage: number
  /** Enough labels are in that the figures no longer favour those that come early, and later events have been seen. */
  mature: boolean
  metrics: MetricValue[]
}

/**
 * Metrics by the time of the event instead of the arrival of its label. Labels that come soon are not like those that come late (a
 * trip's duration is known when it ends), so that a bucket tells little until nearly all of its labels are in.
 */
export interface EventTimeBuckets {
  /** Counts an event as it is predicted; false for one that is older than all buckets or has no time. */
  event(timeMs: number): boolean
  /** Scores a label that has come for an event that was counted; false when its bucket is gone. */
  outcome(observation: Observation): boolean
  correct(before: Observation, after: Observation): boolean
  /** Oldest first; buckets without events are left out. */
  snapshot(): EventTimeBucket[]
  save(out: StateWriter): void
}

interface Bucket {
  events: number
  labelled: number
  metrics: MetricSet
}

/** Throws INVALID_PARAMETER, or UNKNOWN_METRIC and INVALID_METRIC for metrics that cannot be kept per bucket. */
export function createEventTimeBuckets(options: EventTimeBucketOptions): EventTimeBuckets {
  return build(options)
}

/** Continues buckets that were created with the same options. */
export function loadEventTimeBuckets(input: StateReader, options: EventTimeBucketOptions): EventTimeBuckets {
  return build(options, input)
}

function build(
  { bucketMs, keep, metrics: names, task, minCoverage = 0.95 }: EventTimeBucketOptions,
  input?: StateReader,
): EventTimeBuckets {
  if (!(bucketMs > 0 && Number.isInteger(keep) && keep > 0)) {
    throw codedError(
      'INVALID_PARAMETER',
      `A bucketMs of ${bucketMs} and a keep of ${keep} were given, wanted a positive number and a positive integer.`,
    )
  }
  expectCumulative(names)
  // Names are checked once, not with the first event.
  createMetricSet(names, { task })
  const clock = createEventClock(input)
  const buckets = new Map<number, Bucket>()
  for (let left = input ? input.u32() : 0; input && left > 0; left--) {
    const index = input.f64()
    buckets.set(index, { events: input.f64(), labelled: input.f64(), metrics: loadMetricSet(input) })
  }

  /** Bucket of the latest event that was too far ahead to be believed. */
  let doubtful = input ? input.f64() : -Infinity

  const indexOf = (timeMs: number) => Math.floor(timeMs / bucketMs)

  function scored({ timeMs }: Observation): Bucket | undefined {
    return buckets.get(indexOf(timeMs))
  }

  return {
    event(timeMs) {
      if (!Number.isFinite(timeMs)) return false
      const latest = indexOf(clock.now())
      const index = indexOf(timeMs)
      const isBelieved = clock.advance(timeMs)
      const now = indexOf(clock.now())
      if (index <= now - keep) return false
      if (!isBelieved) {
        // An event far ahead gets a bucket, but pushes none out until another one confirms the time.
        if (doubtful > now && doubtful !== index) buckets.delete(doubtful)
        doubtful = index
      }
      if (now > latest) for (const old of buckets.keys()) if (old <= now - keep) buckets.delete(old)
      const bucket = buckets.get(index)
      if (bucket) bucket.events += 1
      else buckets.set(index, { events: 1, labelled: 0, metrics: createMetricSet(names, { task }) })
      return true
    },
    outcome(observation) {
      const bucket = scored(observation)
      if (!bucket) return false
      bucket.labelled += 1
      bucket.metrics.update(observation)
      return true
    },
    correct(before, after) {
      const bucket = scored(before)
      bucket?.metrics.correct(before, after)
      return bucket !== undefined
    },
    snapshot: () =>
      [...buckets]
        .sort(([a], [b]) => a - b)
        .map(([index, { events, labelled, metrics }]) => ({
          from: index * bucketMs,
          to: (index + 1) * bucketMs,
          events,
          labelled,
          coverage: labelled / events,
          mature: index < indexOf(clock.now()) && labelled >= minCoverage * events,
          metrics: metrics.snapshot(),
        })),
    save(out) {
      clock.save(out)
      out.u32(buckets.size)
      for (const [index, { events, labelled, metrics }] of buckets) {
        out.f64(index)
        out.f64(events)
        out.f64(labelled)
        metrics.save(out)
      }
      out.f64(doubtful)
    },
  }
}
