import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import { longer } from './tree/longer.ts'

/** Decides which examples a learner gets, so that classes come in the shares wanted. */
export interface UnderSampler {
  /** Whether to learn an example of this class; counts it. `uniform` gives numbers in [0, 1). */
  take(label: number, uniform: () => number): boolean
  /**
   * Turns probabilities of a model that learned what was taken into those of the whole stream, in place: each is
   * multiplied by the class's share among all over its share among those taken (Dal Pozzolo et al. 2015).
   */
  correct(probabilities: Float64Array): void
  save(out: StateWriter): void
}

interface State {
  /** Per class: examples seen and taken. */
  seen: Float64Array
  taken: Float64Array
}

/** The wanted share of a class, in any unit. */
export type WantedShare = (label: number) => number

/**
 * Rejection sampling as River's, repaired: the pivot (the class that is rarest compared with the share wanted) is always
 * taken, also when an example makes its class the pivot, and probabilities are corrected.
 */
export function createUnderSampler(wanted: WantedShare): UnderSampler {
  return fromState(wanted, { seen: new Float64Array(2), taken: new Float64Array(2) })
}

export function loadUnderSampler(input: StateReader, wanted: WantedShare): UnderSampler {
  const seen = input.f64s()
  return fromState(wanted, { seen, taken: input.f64s(seen.length) })
}

function fromState(wanted: WantedShare, { seen, taken }: State): UnderSampler {
  return {
    take(label, uniform) {
      if (label >= seen.length) {
        seen = longer(seen, 2 * label)
        taken = longer(taken, 2 * label)
      }
      seen[label]++
      let scarcity = 0
      for (let c = 0; c < seen.length; c++) {
        if (seen[c] > 0) scarcity = Math.max(scarcity, wanted(c) / seen[c])
      }
      const share = wanted(label) / seen[label] / scarcity
      if (share < 1 && uniform() >= share) return false
      taken[label]++
      return true
    },
    correct(probabilities) {
      let sum = 0
      for (let c = 0; c < probabilities.length; c++) {
        // Half an example each, so that a class never taken keeps a finite factor.
        if (c < seen.length) probabilities[c] *= (seen[c] + 0.5) / (taken[c] + 0.5)
        sum += probabilities[c]
      }
      if (!(sum > 0)) return
      for (let c = 0; c < probabilities.length; c++) probabilities[c] /= sum
    },
    save(out) {
      out.f64s(seen)
      out.f64s(taken)
    },
  }
}
