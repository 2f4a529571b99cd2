import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'

/** What a member's vote is worth, kept prequentially. */
export interface MemberScore {
  /** Whether `update` needs the probability of class 1. */
  readonly wantsProbability: boolean
  readonly value: number
  /** Takes the member's class (-1: none) and its probability of class 1. */
  update(label: number, predicted: number, probability: number): void
  save(out: StateWriter): void
}

export type ScoreKind = 'accuracy' | 'rocauc'

export interface ScoreSettings {
  readonly metric: ScoreKind
  /** Thresholds of the ROC curve. */
  readonly thresholds: number
}

export function createMemberScore({ metric, thresholds }: ScoreSettings): MemberScore {
  return metric === 'accuracy'
    ? accuracy(new Float64Array(2))
    : rocAuc(new Float64Array(2 * (thresholds + 1)))
}

export function loadMemberScore(input: StateReader, { metric, thresholds }: ScoreSettings): MemberScore {
  return metric === 'accuracy' ? accuracy(input.f64s(2)) : rocAuc(input.f64s(2 * (thresholds + 1)))
}

function accuracy(counts: Float64Array): MemberScore {
  return {
    wantsProbability: false,
    get value() {
      return counts[1] > 0 ? counts[0] / counts[1] : 0
    },
    update(label, predicted) {
      if (label === predicted) counts[0]++
      counts[1]++
    },
    save: out => out.f64s(counts),
  }
}

/** Area under the ROC curve of class 1 through evenly spaced thresholds; counts by thresholds below the score, negatives then positives. */
function rocAuc(counts: Float64Array): MemberScore {
  const size = counts.length / 2 - 1
  let current = Number.NaN
  return {
    wantsProbability: true,
    get value() {
      if (Number.isNaN(current)) current = area(counts)
      return current
    },
    update(label, _predicted, probability) {
      let below = Math.min(size, Math.max(0, Math.ceil(probability * (size - 1))))
      // The guess can be off by one where a threshold is rounded and at both ends.
      while (below < size && probability > thresholdOf(below, size)) below++
      while (below > 0 && !(probability > thresholdOf(below - 1, size))) below--
      counts[2 * below + (label === 1 ? 1 : 0)]++
      current = Number.NaN
    },
    save: out => out.f64s(counts),
  }
}

/** Just beyond 0 and 1 at the ends. */
function thresholdOf(i: number, size: number): number {
  return i / (size - 1) + (i === 0 ? -1e-7 : i === size - 1 ? 1e-7 : 0)
}

function area(counts: Float64Array): number {
  const last = counts.length / 2 - 1
  let negatives = 0
  let positives = 0
  for (let i = 0; i < counts.length; i += 2) {
    negatives += counts[i]
    positives += counts[i + 1]
  }
  if (negatives === 0 || positives === 0) return 0
  let sum = 0
  let falsePositives = counts[2 * last]
  let truePositives = counts[2 * last + 1]
  // Between thresholds the curve is straight: twice the area of each trapezoid.
  for (let below = last - 1; below >= 1; below--) {
    const more = counts[2 * below]
    const found = counts[2 * below + 1]
    sum += more * (2 * truePositives + found)
    falsePositives += more
    truePositives += found
  }
  return sum / (2 * negatives * positives)
}
