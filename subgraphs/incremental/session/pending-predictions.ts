import type { Row } from '#learn/online/learner.ts'
import type { StateReader } from '#learn/state/reader.ts'
import { shortKey } from '#learn/state/short-key.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { Said } from './members/members.ts'
import type { PredictionDetail } from './order-record.ts'

/** What has to be kept of a prediction until its label arrives. */
export interface PendingPrediction extends Said {
  seq: number
  row: Row
  eventTime: number
}

export interface PendingPredictions {
  readonly size: number
  add(eventId: string, prediction: PendingPrediction): void
  /** Removes and returns it; undefined if it is unknown or was labelled before. */
  take(eventId: string): PendingPrediction | undefined
  save(out: StateWriter): void
}

/** Beyond this many the oldest is given up: a label that never comes must not hold memory for ever. */
const CAPACITY = 100_000

export function createPendingPredictions(capacity = CAPACITY): PendingPredictions {
  return build(capacity, new Map())
}

export function loadPendingPredictions(input: StateReader): PendingPredictions {
  const capacity = input.u32()
  const count = input.u32()
  const entries = new Map<string, PendingPrediction>()
  for (let i = 0; i < count; i++) entries.set(input.str(), loadPrediction(input))
  return build(capacity, entries)
}

/** What releases up to 0.4 kept, all of it said by one model. */
export function loadPendingOfOneModel(input: StateReader, by: string): PendingPredictions {
  const capacity = input.u32()
  const count = input.u32()
  const entries = new Map<string, PendingPrediction>()
  for (let i = 0; i < count; i++) {
    const eventId = input.str()
    const seq = input.f64()
    const score = input.f64()
    const eventTime = input.f64()
    const detail = JSON.parse(input.str()) as PredictionDetail
    entries.set(eventId, { seq, row: input.f64s(), score, detail, eventTime, by, others: null })
  }
  return build(capacity, entries)
}

export function savePrediction(prediction: PendingPrediction, out: StateWriter): void {
  const { seq, row, score, detail, eventTime, by, others } = prediction
  out.f64(seq)
  out.f64(score)
  out.f64(eventTime)
  out.str(JSON.stringify(others === null ? [by, detail] : [by, detail, others]))
  out.f64s(row)
}

export function loadPrediction(input: StateReader): PendingPrediction {
  const seq = input.f64()
  const score = input.f64()
  const eventTime = input.f64()
  const [by, detail, others = null] = JSON.parse(input.str()) as [
    string,
    PredictionDetail,
    PendingPrediction['others']?,
  ]
  return { seq, row: input.f64s(), score, detail, eventTime, by, others }
}

function build(capacity: number, entries: Map<string, PendingPrediction>): PendingPredictions {
  return {
    get size() {
      return entries.size
    },
    add(eventId, prediction) {
      entries.set(shortKey(eventId), prediction)
      if (entries.size > capacity) entries.delete(entries.keys().next().value as string)
    },
    take(eventId) {
      const key = shortKey(eventId)
      const prediction = entries.get(key)
      if (prediction) entries.delete(key)
      return prediction
    },
    save(out) {
      out.u32(capacity)
      out.u32(entries.size)
      for (const [eventId, prediction] of entries) {
        out.str(eventId)
        savePrediction(prediction, out)
      }
    },
  }
}
