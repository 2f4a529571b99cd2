import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import { type Calibration, type CalibrationData, checkCalibrationData } from './calibration.ts'

/**
 * The rising step function nearest to the labels, by pooling adjacent violators (Ayer et al. 1955; Zadrozny and Elkan
 * 2002), linear between steps and flat outside, as scikit-learn's IsotonicRegression with out_of_bounds='clip'. Rows of
 * equal probability count as one. Errors: NO_ROWS, SIZE_MISMATCH, INVALID_VALUE, INVALID_LABEL, ONE_CLASS.
 */
export function fitIsotonic(data: CalibrationData): Calibration {
  checkCalibrationData(data)
  const { x, y, weight } = merged(data)
  const ends = pool(y, weight)
  const thresholds: number[] = []
  const values: number[] = []
  for (let block = 0, first = 0; block < ends.length; first = ends[block++]) {
    const last = ends[block] - 1
    thresholds.push(x[first])
    values.push(y[first])
    // Inside a block nothing changes, so its two ends tell it.
    if (last === first) continue
    thresholds.push(x[last])
    values.push(y[first])
  }
  return fromState(Float64Array.from(thresholds), Float64Array.from(values))
}

/** Throws CHECKPOINT_CORRUPT. */
export function loadIsotonic(input: StateReader): Calibration {
  const thresholds = input.f64s()
  const values = input.f64s(thresholds.length)
  for (let i = 0; i < values.length; i++) {
    const rises = i === 0 || (thresholds[i] > thresholds[i - 1] && values[i] >= values[i - 1])
    if (rises && values[i] >= 0 && values[i] <= 1 && thresholds[i] >= 0 && thresholds[i] <= 1) continue
    throw codedError(
      'CHECKPOINT_CORRUPT',
      `Step ${i} of an isotonic calibration goes from ${thresholds[i]} to ${values[i]}, wanted rising steps from 0 to 1.`,
    )
  }
  if (values.length > 0) return fromState(thresholds, values)
  throw codedError('CHECKPOINT_CORRUPT', 'An isotonic calibration has no steps, wanted at least one.')
}

function fromState(thresholds: Float64Array, values: Float64Array): Calibration {
  const last = thresholds.length - 1
  return {
    kind: 'isotonic',
    apply(probability) {
      if (!(probability > thresholds[0])) return values[0]
      if (probability >= thresholds[last]) return values[last]
      // The last threshold at or below: thresholds[low] <= probability < thresholds[high].
      let [low, high] = [0, last]
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (thresholds[middle] <= probability) low = middle
        else high = middle
      }
      const share = (probability - thresholds[low]) / (thresholds[high] - thresholds[low])
      return values[low] + share * (values[high] - values[low])
    },
    save(out) {
      out.f64s(thresholds)
      out.f64s(values)
    },
  }
}

/** Distinct probabilities in order, with the mean label and the weight of each. */
function merged({ probabilities, labels, weights }: CalibrationData) {
  const order = Uint32Array.from(probabilities.keys()).sort((a, b) => probabilities[a] - probabilities[b])
  const x: number[] = []
  const y: number[] = []
  const weight: number[] = []
  for (const row of order) {
    const own = weights?.[row] ?? 1
    if (own === 0) continue
    const at = x.length - 1
    if (at >= 0 && x[at] === probabilities[row]) {
      weight[at] += own
      y[at] += (own * (labels[row] - y[at])) / weight[at]
    } else {
      x.push(probabilities[row])
      y.push(labels[row])
      weight.push(own)
    }
  }
  return { x, y, weight }
}

/** Makes `y` rise in place; returns where each block of equal values ends. */
function pool(y: number[], weight: number[]): number[] {
  const ends: number[] = []
  const means: number[] = []
  const weights: number[] = []
  for (let i = 0; i < y.length; i++) {
    let [mean, total] = [y[i], weight[i]]
    while (means.length > 0 && means[means.length - 1] >= mean) {
      const before = weights.pop() as number
      mean = ((means.pop() as number) * before + mean * total) / (before + total)
      total += before
      ends.pop()
    }
    means.push(mean)
    weights.push(total)
    ends.push(i + 1)
  }
  for (let block = 0, i = 0; block < ends.length; block++) for (; i < ends[block]; i++) y[i] = means[block]
  return ends
}
