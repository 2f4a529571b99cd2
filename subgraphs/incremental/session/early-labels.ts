import type { StateReader } from '#learn/state/reader.ts'
import { shortKey } from '#learn/state/short-key.ts'
import type { StateWriter } from '#learn/state/writer.ts'

/** A label as it was read; a higher version corrects a lower one. */
export interface GivenLabel {
  label: number
  version: number
}

/** Labels that were read before their event: partitions of two topics have no common order. */
export interface EarlyLabels {
  readonly size: number
  /** Of two for one event the higher version counts, and the later one of the same version. */
  add(eventId: string, given: GivenLabel): void
  take(eventId: string): GivenLabel | undefined
  save(out: StateWriter): void
}

/** The oldest is dropped beyond this: a label whose event never comes must not hold memory for ever. */
const CAPACITY = 100_000

export function createEarlyLabels(): EarlyLabels {
  return build(new Map())
}

export function loadEarlyLabels(input: StateReader): EarlyLabels {
  const count = input.u32()
  const labels = new Map<string, GivenLabel>()
  for (let i = 0; i < count; i++) labels.set(input.str(), { label: input.f64(), version: input.f64() })
  return build(labels)
}

/** What releases up to 0.4 kept. */
export function loadEarlyLabelsWithoutVersions(input: StateReader): EarlyLabels {
  const count = input.u32()
  const labels = new Map<string, GivenLabel>()
  for (let i = 0; i < count; i++) labels.set(input.str(), { label: input.f64(), version: 1 })
  return build(labels)
}

function build(labels: Map<string, GivenLabel>): EarlyLabels {
  return {
    get size() {
      return labels.size
    },
    add(eventId, given) {
      const key = shortKey(eventId)
      if ((labels.get(key)?.version ?? given.version) > given.version) return
      labels.set(key, given)
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
      for (const [eventId, { label, version }] of labels) {
        out.str(eventId)
        out.f64(label)
        out.f64(version)
      }
    },
  }
}
