import type { StateReader } from '#learn/state/reader.ts'
import { shortKey } from '#learn/state/short-key.ts'
import type { StateWriter } from '#learn/state/writer.ts'

/** Labels that were read before their event: partitions of two topics have no common order. */
export interface EarlyLabels {
  readonly size: number
  add(eventId: string, label: number): void
  take(eventId: string): number | undefined
  save(out: StateWriter): void
}

/** The oldest is dropped beyond this: a label whose event never comes must not hold memory for ever. */
const CAPACITY = 100_000

export function createEarlyLabels(): EarlyLabels {
  return build(new Map())
}

export function loadEarlyLabels(input: StateReader): EarlyLabels {
  const count = input.u32()
  const labels = new Map<string, number>()
  for (let i = 0; i < count; i++) labels.set(input.str(), input.f64())
  return build(labels)
}

function build(labels: Map<string, number>): EarlyLabels {
  return {
    get size() {
      return labels.size
    },
    add(eventId, label) {
      labels.set(shortKey(eventId), label)
      if (labels.size > CAPACITY) labels.delete(labels.keys().next().value as string)
    },
    take(eventId) {
      const key = shortKey(eventId)
      const label = labels.get(key)
      if (label !== undefined) labels.delete(key)
      return label
    },
    save(out) {
      out.u32(labels.size)
      for (const [eventId, label] of labels) {
        out.str(eventId)
        out.f64(label)
      }
    },
  }
}
