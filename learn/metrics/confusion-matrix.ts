import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** Counts of a binary classification, shared by all the metrics that are functions of them. */
export interface ConfusionMatrix {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
}

export interface ConfusionCounter {
  counts(): ConfusionMatrix
  add(label: 0 | 1, flagged: boolean): void
  /** Takes back what `add` counted. */
  remove(label: 0 | 1, flagged: boolean): void
  save(out: StateWriter): void
}

export function createConfusionCounter(input?: StateReader): ConfusionCounter {
  /** Index: 2 * label + flagged. */
  const counts = input ? input.f64s(4) : new Float64Array(4)
  return {
    counts: () => ({
      trueNegatives: counts[0],
      falsePositives: counts[1],
      falseNegatives: counts[2],
      truePositives: counts[3],
    }),
    add(label, flagged) {
      counts[2 * label + (flagged ? 1 : 0)] += 1
    },
    remove(label, flagged) {
      counts[2 * label + (flagged ? 1 : 0)] -= 1
    },
    save: out => out.f64s(counts),
  }
}
