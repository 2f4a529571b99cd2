import { codedError } from '../../coded-error.ts'
import type { StateReader } from '../../state/reader.ts'
import type { DecisionPolicy, FbetaOptions } from './decision-policy.ts'

const BINS = 512
/** Scores are binned by log-odds within +-LIMIT, where a rare class's scores would share one linear bin. */
const LIMIT = 12
/** Positives (decayed) below which the histogram's maximum is noise and F / (1 + beta^2) is used. */
const ENOUGH = 100
/** Positives imagined at F = 0.5 before any is known; steadies the start. */
const IMAGINED = 5
/** At most one search per this many updates, so that balanced streams stay cheap. */
const SEARCH_EVERY = 32
const RESCALE = 1e100

/**
 * The threshold that maximises F-beta over an exponentially decayed histogram of matured scores. It starts at
 * F / (1 + beta^2) of the running F, the optimal threshold for calibrated scores (Lipton, Elkan and Naryanaswamy
 * 2014, "Optimal thresholding of classifiers to maximize F1 measure").
 */
export function createFbetaPolicy({
  beta = 2,
  halfLife = 50_000,
  hysteresis = 0.002,
}: Omit<FbetaOptions, 'policy'>): DecisionPolicy {
  inRange('beta', beta, 0.01, 100)
  inRange('halfLife', halfLife, 1, 1e12)
  inRange('hysteresis', hysteresis, 0, 1)
  const scalars = new Float64Array(10)
  scalars.set([beta, 0.5 ** (1 / halfLife), hysteresis])
  scalars[WEIGHT] = 1
  scalars[FORCE] = 1 / (1 + beta * beta)
  return fromState(scalars, new Float64Array(2 * BINS))
}

/** Reads what follows the policy's name. */
export function loadFbetaPolicy(input: StateReader): DecisionPolicy {
  return fromState(input.f64s(10), input.f64s(2 * BINS))
}

/** Positions in the array of scalars; the first three hold beta, the decay per update and the hysteresis. */
const WEIGHT = 3
const FORCE = 4
const TRUE_POSITIVES = 5
const FALSE_POSITIVES = 6
const POSITIVES = 7
const UPDATES = 8
const SEARCHED = 9

/** `histogram`: per bin of log-odds the decayed weight of negatives and of positives, interleaved. */
function fromState(scalars: Float64Array, histogram: Float64Array): DecisionPolicy {
  const [beta, decay, hysteresis] = scalars
  const squared = beta * beta

  function fScore(truePositives: number, falsePositives: number, positives: number): number {
    const divisor = squared * positives + truePositives + falsePositives
    return divisor > 0 ? ((1 + squared) * truePositives) / divisor : 0
  }

  /** Sweeps the histogram from the highest score down, once for the best bin and the one in force. */
  function search(): void {
    const positives = scalars[POSITIVES]
    const inForce = binOf(scalars[FORCE])
    let truePositives = 0
    let falsePositives = 0
    let best = 0
    let bestBin = inForce
    let current = 0
    for (let bin = BINS - 1; bin >= 0; bin--) {
      falsePositives += histogram[2 * bin]
      truePositives += histogram[2 * bin + 1]
      const score = fScore(truePositives, falsePositives, positives)
      if (score > best) {
        best = score
        bestBin = bin
      }
      if (bin === inForce) current = score
    }
    if (best > current * (1 + hysteresis)) scalars[FORCE] = lowerEdge(bestBin)
  }

  function rescale(): void {
    const factor = 1 / scalars[WEIGHT]
    for (let i = 0; i < histogram.length; i++) histogram[i] *= factor
    for (const i of [TRUE_POSITIVES, FALSE_POSITIVES, POSITIVES]) scalars[i] *= factor
    scalars[WEIGHT] = 1
  }

  /** Moves what one example weighs now, but no more than there is, from one class to the other. */
  function move(counts: Float64Array, from: number, to: number): void {
    const moved = Math.min(counts[from], scalars[WEIGHT])
    counts[from] -= moved
    counts[to] += moved
  }

  return {
    policy: 'fbeta',
    value: () => scalars[FORCE],
    update(score, label) {
      if (!isPair(score, label)) return
      // Newer examples weigh more instead of all older ones less: the same ratios in constant time.
      const weight = scalars[WEIGHT]
      histogram[2 * binOf(score) + label] += weight
      if (label === 1) scalars[POSITIVES] += weight
      if (score >= scalars[FORCE]) scalars[label === 1 ? TRUE_POSITIVES : FALSE_POSITIVES] += weight
      scalars[UPDATES] += 1
      scalars[WEIGHT] = weight / decay
      if (scalars[WEIGHT] > RESCALE) rescale()
      if (label === 0 || scalars[UPDATES] < scalars[SEARCHED] + SEARCH_EVERY) return
      scalars[SEARCHED] = scalars[UPDATES]
      if (scalars[POSITIVES] >= ENOUGH * weight) search()
      else scalars[FORCE] = startingThreshold()
    },
    correct(score, from, to) {
      if (!isPair(score, from) || !isPair(score, to) || from === to) return
      const bin = 2 * binOf(score)
      move(histogram, bin + from, bin + to)
      const weight = scalars[WEIGHT]
      scalars[POSITIVES] = Math.max(0, scalars[POSITIVES] + (to === 1 ? weight : -weight))
      if (score < scalars[FORCE]) return
      const [was, is] = from === 1 ? [TRUE_POSITIVES, FALSE_POSITIVES] : [FALSE_POSITIVES, TRUE_POSITIVES]
      move(scalars, was, is)
    },
    save(out) {
      out.str('fbeta')
      out.f64s(scalars)
      out.f64s(histogram)
    },
  }

  function startingThreshold(): number {
    const imagined = IMAGINED * scalars[WEIGHT]
    const divisor = squared * scalars[POSITIVES] + scalars[TRUE_POSITIVES] + scalars[FALSE_POSITIVES]
    return (scalars[TRUE_POSITIVES] + 0.5 * imagined) / (divisor + (1 + squared) * imagined)
  }
}

function binOf(score: number): number {
  const logit = Math.log(score / (1 - score))
  const bin = Math.floor(((logit + LIMIT) * BINS) / (2 * LIMIT))
  return bin < 0 ? 0 : bin >= BINS ? BINS - 1 : bin
}

function lowerEdge(bin: number): number {
  return bin === 0 ? 0 : 1 / (1 + Math.exp(LIMIT - (bin * 2 * LIMIT) / BINS))
}

function isPair(score: number, label: number): boolean {
  return score >= 0 && score <= 1 && (label === 0 || label === 1)
}

function inRange(name: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return
  throw codedError(
    'INVALID_PARAMETER',
    `Option ${name} of fbeta is ${value}, wanted a number from ${min} to ${max}.`,
  )
}
