import type { StateReader } from '../../state/reader.ts'
import type { StateWriter } from '../../state/writer.ts'
import { createSmallLogistic } from '../calibration/small-logistic.ts'
import { createExpertWeights } from './expert-weights.ts'

interface Options {
  /** Per member, whether it may be shed. The first is the one that starts cold. */
  heavy: readonly boolean[]
  /** Labels of the rarer class before anything but the first member is published. */
  minority: number
  /** Examples after which an old one counts half. */
  halfLife: number
}

/**
 * Combines the log-odds of members into those that are published, always as a linear function of them.
 * Experts are the members and two logistic regressions on all their log-odds, one without the heavy ones. They are
 * averaged by how well each predicted what the members had not yet learned, so that the average is never worse for long
 * than the best of them; a Platt calibration of the average follows, weighed against none in the same way.
 * Wolpert 1992, "Stacked generalization"; Herbster and Warmuth 1998, "Tracking the best expert".
 */
export interface Stack {
  /** What the published log-odds make of each member's. Last: the constant. Valid until the next call. */
  coefficients(): Float64Array
  /** Learns the label of log-odds that the members gave before they learned it. NaN stands for a shed member. */
  learn(logOdds: Float64Array, label: 0 | 1, weight: number): void
  readonly shed: boolean
  setShed(on: boolean): void
  sizeBytes(): number
  save(out: StateWriter): void
}

const STACK_VARIANCE = 0.1
const CALIBRATION_VARIANCE = Float64Array.of(0.02, 0.2)

export function createStack({ heavy, minority, halfLife }: Options, input?: StateReader): Stack {
  const count = heavy.length
  const light = heavy.filter(isHeavy => !isHeavy).length
  const isMixed = light < count
  /** Labels of class 0 and of class 1, and whether heavy members are shed. */
  const scalars = input ? input.f64s(3) : new Float64Array(3)
  const experts = createExpertWeights(count + 2, input)
  const calibrated = createExpertWeights(2, input)
  const lightStack = createSmallLogistic(stackOptions(light), input)
  const fullStack = createSmallLogistic(stackOptions(count), input)
  const platt = createSmallLogistic(
    { start: Float64Array.of(1, 0), variance: CALIBRATION_VARIANCE, halfLife },
    input,
  )
  const blend = new Float64Array(count + 1)
  const published = new Float64Array(count + 1)
  const lightInputs = new Float64Array(light + 1)
  const fullInputs = new Float64Array(count + 1)
  const plattInputs = Float64Array.of(0, 1)
  const losses = new Float64Array(count + 2)
  const plattLosses = new Float64Array(2)
  /** Whether an expert speaks: heavy ones are silent while shed, and the full stack without heavy members says nothing new. */
  const speaks = new Uint8Array(count + 2)
  const both = Uint8Array.of(1, 1)
  let isStale = true
  listen()

  function stackOptions(members: number) {
    const start = new Float64Array(members + 1).fill(1 / members)
    start[members] = 0
    return { start, variance: start.map(() => STACK_VARIANCE), halfLife }
  }

  function listen(): void {
    for (let k = 0; k < count; k++) speaks[k] = heavy[k] && scalars[2] === 1 ? 0 : 1
    speaks[count] = 1
    speaks[count + 1] = isMixed && scalars[2] === 0 ? 1 : 0
    isStale = true
  }

  function refresh(): void {
    isStale = false
    blend.fill(0)
    const shares = experts.shares(speaks)
    for (let k = 0, l = 0; k < count; k++) {
      blend[k] = shares[k] + shares[count + 1] * fullStack.coefficients[k]
      if (!heavy[k]) blend[k] += shares[count] * lightStack.coefficients[l++]
    }
    blend[count] =
      shares[count] * lightStack.coefficients[light] + shares[count + 1] * fullStack.coefficients[count]
    if (Math.min(scalars[0], scalars[1]) < minority) {
      published.fill(0)
      published[0] = 1
      return
    }
    const share = calibrated.shares(both)[1]
    const stretch = 1 - share + share * platt.coefficients[0]
    for (let k = 0; k <= count; k++) published[k] = stretch * blend[k]
    published[count] += share * platt.coefficients[1]
  }

  return {
    coefficients() {
      if (isStale) refresh()
      return published
    },
    learn(logOdds, label, weight) {
      if (isStale) refresh()
      let average = blend[count]
      let full = fullStack.coefficients[count]
      let alone = lightStack.coefficients[light]
      for (let k = 0, l = 0; k < count; k++) {
        const z = logOdds[k]
        fullInputs[k] = z
        full += fullStack.coefficients[k] * z
        if (!heavy[k]) {
          lightInputs[l] = z
          alone += lightStack.coefficients[l++] * z
        }
        if (speaks[k] === 0) continue
        average += blend[k] * z
        losses[k] = weight * logLoss(z, label)
      }
      fullInputs[count] = 1
      lightInputs[light] = 1
      losses[count] = weight * logLoss(alone, label)
      losses[count + 1] = speaks[count + 1] === 1 ? weight * logLoss(full, label) : 0
      plattInputs[0] = average
      plattLosses[0] = weight * logLoss(average, label)
      plattLosses[1] = weight * logLoss(platt.coefficients[0] * average + platt.coefficients[1], label)
      experts.update(losses, speaks)
      calibrated.update(plattLosses, both)
      lightStack.update(lightInputs, label, weight)
      if (speaks[count + 1] === 1) fullStack.update(fullInputs, label, weight)
      platt.update(plattInputs, label, weight)
      scalars[label] += weight
      isStale = true
    },
    get shed() {
      return scalars[2] === 1
    },
    setShed(on) {
      scalars[2] = on ? 1 : 0
      listen()
    },
    sizeBytes: () =>
      8 * (3 + 6 * count + 16) +
      experts.sizeBytes() +
      calibrated.sizeBytes() +
      lightStack.sizeBytes() +
      fullStack.sizeBytes() +
      platt.sizeBytes(),
    save(out) {
      out.f64s(scalars)
      experts.save(out)
      calibrated.save(out)
      lightStack.save(out)
      fullStack.save(out)
      platt.save(out)
    },
  }
}

/** Of log-odds, without the rounding of a probability near 1. */
function logLoss(logOdds: number, label: 0 | 1): number {
  const z = label === 1 ? -logOdds : logOdds
  return z > 30 ? z : Math.log1p(Math.exp(z))
}
