import type { StateReader } from '#learn/state/reader.ts'
import { shortKey } from '#learn/state/short-key.ts'
import type { StateWriter } from '#learn/state/writer.ts'
import type { GivenLabel } from './early-labels.ts'
import { loadPrediction, type PendingPrediction, savePrediction } from './pending-predictions.ts'

/** A prediction whose label was learned, while that label can still be corrected. */
export interface LabelledPrediction extends GivenLabel {
  prediction: PendingPrediction
}

export interface LabelledPredictions {
  add(eventId: string, entry: LabelledPrediction): void
  get(eventId: string): LabelledPrediction | undefined
  save(out: StateWriter): void
}

/** The newest that can be corrected: each costs its row in memory and in every checkpoint. */
const CAPACITY = 4096

export function createLabelledPredictions(): LabelledPredictions {
  return build(new Map())
}

export function loadLabelledPredictions(input: StateReader): LabelledPredictions {
  const count = input.u32()
  const entries = new Map<string, LabelledPrediction>()
  for (let i = 0; i < count; i++) {
    const eventId = input.str()
    const label = input.f64()
    const version = input.f64()
    entries.set(eventId, { label, version, prediction: loadPrediction(input) })
  }
  return build(entries)
}

function build(entries: Map<string, LabelledPrediction>): LabelledPredictions {
  // To look for the oldest in the map would take longer with every one that was taken from it.
  const ring = [...entries.keys()]
  let oldest = 0
  return {
    add(eventId, entry) {
      const key = shortKey(eventId)
      if (!entries.has(key)) {
        if (ring.length < CAPACITY) ring.push(key)
        else {
          entries.delete(ring[oldest] as string)
          ring[oldest] = key
          oldest = (oldest + 1) % CAPACITY
        }
      }
      entries.set(key, entry)
    },
    get: eventId => entries.get(shortKey(eventId)),
    save(out) {
      out.u32(entries.size)
      for (const [eventId, { label, version, prediction }] of entries) {
        out.str(eventId)
        out.f64(label)
        out.f64(version)
        savePrediction(prediction, out)
      }
    },
  }
}
