import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { UnderSampler, WantedShare } from './under-sampler.ts'

/**
 * `river.imblearn.RandomUnderSampler` 0.26.1, decision for decision: an example that makes its class the pivot is not
 * learned (its ratio is 1, wanted below 1), and probabilities stay those of the sample.
 */
export function createRiverUnderSampler(wanted: WantedShare): UnderSampler {
  return fromState(wanted, [], -1)
}

export function loadRiverUnderSampler(input: StateReader, wanted: WantedShare): UnderSampler {
  const labels = [...input.i32s()]
  const counts = input.f64s(labels.length)
  const pivot = input.f64()
  if (labels.length > 0 && !labels.includes(pivot)) {
    throw codedError('CHECKPOINT_CORRUPT', `The pivot is class ${pivot}, wanted one of ${labels.join(', ')}.`)
  }
  return fromState(
    wanted,
    labels.map((label, i) => ({ label, count: counts[i] })),
    pivot,
  )
}

/** Classes in order of first sight: the first of equals becomes the pivot. */
function fromState(
  wanted: WantedShare,
  classes: { label: number; count: number }[],
  last: number,
): UnderSampler {
  let pivot = last

  return {
    take(label, uniform) {
      let own = classes.find(entry => entry.label === label)
      if (!own) {
        own = { label, count: 0 }
        classes.push(own)
      }
      own.count++
      if (label === pivot) return true
      let best = classes[0]
      for (const entry of classes) {
        if (wanted(entry.label) / entry.count > wanted(best.label) / best.count) best = entry
      }
      pivot = best.label
      const ratio = wanted(label) / ((wanted(pivot) / best.count) * own.count)
      return ratio < 1 && uniform() < ratio
    },
    correct() {},
    save(out) {
      out.i32s(Int32Array.from(classes, ({ label }) => label))
      out.f64s(Float64Array.from(classes, ({ count }) => count))
      out.f64(pivot)
    },
  }
}
