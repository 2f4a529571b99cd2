import type { Row } from '../online/learner.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** A prediction as it was made, kept for its label. */
export interface StoredPrediction {
  id: string
  row: Row
  score: number
  flagged: boolean
  /** Prediction interval of a regression; NaN without one. */
  lower: number
  upper: number
  timeMs: number
  /** Number of the prediction. */
  seq: number
  /** NaN without one. */
  label: number
  /** When the label was given; -Infinity without one. */
  labelledAt: number
  /** Taken for negative because no label came in time. */
  assumed: boolean
}

/**
 * Predictions by event, in order of arrival, at most `capacity` of them; and the ids of as many that are gone, so that a late label
 * for one is told from a label for nothing.
 */
export class PendingPredictions {
  readonly capacity: number
  /** Assumed negative and not confirmed, among those kept. */
  assumed = 0
  /** Gone without a label. */
  dropped = 0
  #pending = new Map<string, StoredPrediction>()
  #kept = new Map<string, StoredPrediction>()
  #gone = new Set<string>()

  constructor(capacity: number, input?: StateReader) {
    this.capacity = capacity
    if (!input) return
    this.dropped = input.f64()
    for (let left = input.u32(); left > 0; left--) {
      this.add({
        id: input.str(),
        row: input.f64s(),
        score: input.f64(),
        flagged: input.bool(),
        lower: input.f64(),
        upper: input.f64(),
        timeMs: input.f64(),
        seq: input.f64(),
        label: input.f64(),
        labelledAt: input.f64(),
        assumed: input.bool(),
      })
    }
    for (let left = input.u32(); left > 0; left--) this.#gone.add(input.str())
  }

  /** Kept without a label. */
  get pending(): number {
    return this.#pending.size
  }

  get(id: string): StoredPrediction | undefined {
    return this.#kept.get(id)
  }

  hasExpired(id: string): boolean {
    return this.#gone.has(id)
  }

  add(prediction: StoredPrediction): void {
    this.#kept.set(prediction.id, prediction)
    this.#gone.delete(prediction.id)
    if (Number.isNaN(prediction.label)) this.#pending.set(prediction.id, prediction)
    if (prediction.assumed) this.assumed += 1
    if (this.#kept.size <= this.capacity) return
    for (const oldest of this.#kept.values()) {
      this.#drop(oldest)
      return
    }
  }

  /** A true label has come. */
  confirm(prediction: StoredPrediction, atMs: number): void {
    this.#pending.delete(prediction.id)
    if (prediction.assumed) this.assumed -= 1
    prediction.assumed = false
    prediction.labelledAt = atMs
  }

  /** No label has come in time: a negative is assumed, and the label is set by the caller. */
  assume(prediction: StoredPrediction): void {
    this.#pending.delete(prediction.id)
    this.assumed += 1
    prediction.assumed = true
  }

  /** Those without a label of events up to a time. A late event may mature a little later than it could, with the ones before it. */
  *matured(untilMs: number): Generator<StoredPrediction> {
    for (const prediction of this.#pending.values()) {
      if (prediction.timeMs > untilMs) return
      yield prediction
    }
  }

  /** Drops those of events up to a time. */
  expire(untilMs: number): void {
    for (const prediction of this.#kept.values()) {
      if (prediction.timeMs > untilMs) return
      this.#drop(prediction)
    }
  }

  save(out: StateWriter): void {
    out.f64(this.dropped)
    out.u32(this.#kept.size)
    for (const prediction of this.#kept.values()) {
      out.str(prediction.id)
      out.f64s(prediction.row)
      out.f64(prediction.score)
      out.bool(prediction.flagged)
      out.f64(prediction.lower)
      out.f64(prediction.upper)
      out.f64(prediction.timeMs)
      out.f64(prediction.seq)
      out.f64(prediction.label)
      out.f64(prediction.labelledAt)
      out.bool(prediction.assumed)
    }
    out.u32(this.#gone.size)
    for (const id of this.#gone) out.str(id)
  }

  #drop(prediction: StoredPrediction): void {
    const { id, label, assumed } = prediction
    this.#kept.delete(id)
    this.#pending.delete(id)
    if (Number.isNaN(label)) this.dropped += 1
    if (assumed) this.assumed -= 1
    this.#gone.add(id)
    if (this.#gone.size <= this.capacity) return
    for (const oldest of this.#gone) {
      this.#gone.delete(oldest)
      return
    }
  }
}
