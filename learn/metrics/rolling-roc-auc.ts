import type { StateReader } from '../state/reader.ts'
import type { ClassificationObservation, Metric } from './metric.ts'

/**
 * Exact area under the ROC curve of the last `size` observations, as the Mann-Whitney statistic with ties counted
 * half. An update only stores the pair; the value is computed when asked for, by sorting, and kept until then.
 */
export function createRollingRocAuc(size: number, input?: StateReader): Metric<ClassificationObservation> {
  const scores = input ? input.f64s(size) : new Float64Array(size)
  const labels = input ? input.bytes(size) : new Uint8Array(size)
  let n = input ? input.u32() : 0
  let next = input ? input.u32() : 0
  let positives = input ? input.u32() : 0
  let value = 0
  let stale = true

  return {
    n: () => n,
    defined: () => positives > 0 && positives < n,
    value() {
      if (stale) value = mannWhitney(scores, labels, n, positives)
      stale = false
      return value
    },
    update({ label, score }) {
      if (!(score - score === 0)) return
      if (n === size) positives -= labels[next]
      else n += 1
      scores[next] = score
      labels[next] = label
      positives += label
      next = next + 1 === size ? 0 : next + 1
      stale = true
    },
    save(out) {
      out.f64s(scores)
      out.bytes(labels)
      out.u32(n)
      out.u32(next)
      out.u32(positives)
    },
  }
}

/** 0 when a class is missing. */
function mannWhitney(scores: Float64Array, labels: Uint8Array, n: number, positives: number): number {
  const negatives = n - positives
  if (positives === 0 || negatives === 0) return 0
  const above = new Float64Array(positives)
  const below = new Float64Array(negatives)
  let p = 0
  let q = 0
  for (let i = 0; i < n; i++) {
    if (labels[i] === 1) above[p++] = scores[i]
    else below[q++] = scores[i]
  }
  above.sort()
  below.sort()
  // For each positive: negatives strictly below it, and those equal to it.
  let wins = 0
  let less = 0
  let upTo = 0
  for (let i = 0; i < positives; i++) {
    const score = above[i]
    while (less < negatives && below[less] < score) less += 1
    if (upTo < less) upTo = less
    while (upTo < negatives && below[upTo] <= score) upTo += 1
    wins += less + (upTo - less) / 2
  }
  return wins / (positives * negatives)
}
