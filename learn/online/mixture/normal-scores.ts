import type { Random } from '../../math/random.ts'
import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { inverseNormalCdf } from './inverse-normal-cdf.ts'

/**
 * Turns numeric values into normal scores: the standard normal quantile of a value's rank among those of events of the same
 * kind. Whatever depends on the kind of event only is then the same for all groups, and whatever the law of a column, its
 * scores are Gaussian: neither can pass for classes.
 */
export interface NormalScores {
  /** Score of a value in a column for a kind of event, -1 for none. Pure. */
  score(column: number, kind: number, value: number): number
  observe(column: number, kind: number, value: number): void
  save(out: StateWriter): void
}

/** Values that a rank is taken among. */
const SAMPLE = 256
/** A sample is sorted anew after so many values, then at doubling intervals, in the end at equal ones. */
const FIRST_SORT = 8
const LONGEST_SORT = 4096
/** Kinds of event with a sample of their own; further ones share one. */
const MOST_KINDS = 16
/** Ranks among fewer are taken with some of a normal law around zero. */
const LARGEST_SCORE = 3

interface Sample {
  seen: number
  nextSort: number
  values: Float64Array
  used: number
  sorted: Float64Array
}

export function createNormalScores(random: Random, input?: StateReader): NormalScores {
  const samples = new Map<number, Sample>()
  for (let left = input ? input.u32() : 0; input && left > 0; left--) {
    const [key, seen, nextSort, used] = input.f64s(4)
    samples.set(key, { seen, nextSort, used, values: input.f64s(SAMPLE), sorted: input.f64s() })
  }
  const keyOf = (column: number, kind: number) =>
    column * (MOST_KINDS + 1) + Math.min(kind, MOST_KINDS - 1) + 1

  return {
    score(column, kind, value) {
      const sorted = samples.get(keyOf(column, kind))?.sorted
      if (sorted === undefined || sorted.length === 0) return 0
      const rank = (below(sorted, value, false) + below(sorted, value, true)) / 2
      const score = inverseNormalCdf((rank + 0.5) / (sorted.length + 1))
      return Math.max(-LARGEST_SCORE, Math.min(LARGEST_SCORE, score))
    },
    observe(column, kind, value) {
      const key = keyOf(column, kind)
      let sample = samples.get(key)
      if (sample === undefined) {
        const [values, sorted] = [new Float64Array(SAMPLE), new Float64Array(0)]
        sample = { seen: 0, nextSort: FIRST_SORT, values, used: 0, sorted }
        samples.set(key, sample)
      }
      sample.seen += 1
      if (sample.used < SAMPLE) sample.values[sample.used++] = value
      else {
        // Older values fade: the chance to stay in the sample falls no further.
        const at = random.below(Math.min(sample.seen, 40 * SAMPLE))
        if (at < SAMPLE) sample.values[at] = value
      }
      if (sample.seen < sample.nextSort) return
      sample.sorted = sample.values.slice(0, sample.used).sort()
      sample.nextSort = sample.seen + Math.min(sample.seen, LONGEST_SORT)
    },
    save(out) {
      out.u32(samples.size)
      for (const [key, { seen, nextSort, used, values, sorted }] of samples) {
        out.f64s(Float64Array.of(key, seen, nextSort, used))
        out.f64s(values)
        out.f64s(sorted)
      }
    },
  }
}

/** How many of the sorted values are smaller, or with `orEqual` not larger. */
function below(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle] < value || (orEqual && sorted[middle] === value)) low = middle + 1
    else high = middle
  }
  return low
}
