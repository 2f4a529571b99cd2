import {
  createEventTimeBuckets,
  type EventTimeBucket,
  type EventTimeBucketOptions,
  loadEventTimeBuckets,
} from '#learn/evaluation/event-time-buckets.ts'
import type { SliceGap } from '#learn/evaluation/slice-gaps.ts'
import { createSlices, loadSlices, type SliceOptions, type SliceValue } from '#learn/evaluation/slices.ts'
import type { Column, Row } from '#learn/online/learner.ts'
import type { RowEncoder } from '#learn/online/row-encoder.ts'
import type { StateReader } from '#learn/state/reader.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { observationOf } from './members/observation-of.ts'
import type { PendingPrediction } from './pending-predictions.ts'

/** How good what was published is by the time of its events, and for each value of the sliced features. */
export interface QualityReport {
  byEventTime: EventTimeBucket[]
  slices: SliceValue[]
  gaps: SliceGap[]
}

export interface SessionQuality {
  /** An event was predicted. */
  event(timeMs: number): void
  outcome(prediction: PendingPrediction, label: number): void
  correct(prediction: PendingPrediction, before: number, after: number): void
  report(): QualityReport
  save(out: StateWriter): void
}

const BUCKET_MS = 60_000
const KEPT_BUCKETS = 60
/** Values of a field that are told apart; a field with more says little by each of them. */
const MOST_VALUES = 20
/** Without a window of their own, and few: every slice keeps all of them. */
const METRICS = {
  classification: ['fbeta2', 'recall', 'precision', 'logLoss'],
  regression: ['mae', 'rmse', 'mape'],
  clustering: [],
} as const

/** Null for a use case whose predictions have no labels. */
export function openSessionQuality(
  { task, slices: fields }: Pick<UseCase, 'task' | 'slices'>,
  encoder: RowEncoder<JsonEvent>,
  input?: StateReader,
): SessionQuality | null {
  if (task === 'clustering') return null
  const metrics = METRICS[task]
  const ofTime: EventTimeBucketOptions = { bucketMs: BUCKET_MS, keep: KEPT_BUCKETS, metrics, task }
  const ofFields: SliceOptions = { fields, metrics, task, maxValues: MOST_VALUES }
  const buckets = input ? loadEventTimeBuckets(input, ofTime) : createEventTimeBuckets(ofTime)
  const slices = input ? loadSlices(input, ofFields) : createSlices(ofFields)
  const valuesOf = categoryReader(encoder, fields)

  const observed = (prediction: PendingPrediction, label: number) => {
    const { eventTime: timeMs, seq } = prediction
    return observationOf(task, prediction, { label, timeMs, seq })
  }

  return {
    event: timeMs => void buckets.event(timeMs),
    outcome(prediction, label) {
      const observation = observed(prediction, label)
      buckets.outcome(observation)
      slices.update(valuesOf(prediction.row), observation)
    },
    correct(prediction, before, after) {
      const [was, is] = [observed(prediction, before), observed(prediction, after)]
      buckets.correct(was, is)
      slices.correct(valuesOf(prediction.row), was, is)
    },
    report() {
      const { values, gaps } = slices.snapshot()
      return { byEventTime: buckets.snapshot(), slices: values, gaps }
    },
    save(out) {
      buckets.save(out)
      slices.save(out)
    },
  }
}

/** The categories of some columns of a row, in an array that is filled anew by each call. */
function categoryReader(
  encoder: RowEncoder<JsonEvent>,
  fields: readonly string[],
): (row: Row) => (string | null)[] {
  const places = fields.map(field => encoder.columns.findIndex(({ name }: Column) => name === field))
  const known = places.map(() => new Map<number, string | null>())
  const values: (string | null)[] = places.map(() => null)
  return row => {
    places.forEach((place, i) => {
      const code = row[place] as number
      let value = known[i]?.get(code)
      if (value === undefined) {
        const category = encoder.category(place, code)
        value = category === undefined ? null : String(category)
        known[i]?.set(code, value)
      }
      values[i] = value
    })
    return values
  }
}
