import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** Finite bins that keep the shape of a distribution and forget its scale. */
export interface ValueBins {
  readonly count: number
  /** Score of each bin (mean 0, variance 1 in the sample); null where order means nothing. */
  readonly scores: Float64Array | null
  of(x: number): number
  /** `share of …`, and the code of a category or -1. */
  labelOf(bin: number): string
  /** Whether shares at or above a bin are meant. */
  readonly cumulative: boolean
  categoryOf(bin: number): number
  save(out: StateWriter): void
}

/** Bins of numbers: equal shares of the sample, and values of their own where many repeat. */
const SHARES = 8
const REPEATED = 0.1
/** Of many categories those with at least this share of the sample have a bin of their own; the rest share one. */
const FREQUENT = 0.02
const CATEGORIES = 24
/** Codes beyond it count as rest, so that a look-up is one array access. */
const CODES = 4096

/**
 * Probabilities, and losses in nats: what lies between two of these matters to nobody, though a model that learns
 * keeps moving it.
 */
const PROBABILITIES = Float64Array.of(0.1, 0.3, 0.5, 0.7, 0.9)
const LOSSES = Float64Array.of(0.1, 0.3, 0.7, 1.5, 3)

/** 0 and 1 and nothing else. */
export function binaryBins(): ValueBins {
  return {
    count: 2,
    scores: null,
    cumulative: false,
    of: x => (x === 1 ? 1 : 0),
    labelOf: () => 'rate',
    categoryOf: () => -1,
    save: out => out.u8(0),
  }
}

export function probabilityBins(): ValueBins {
  return fixed(3, PROBABILITIES)
}

export function lossBins(): ValueBins {
  return fixed(4, LOSSES)
}

/** Bins of a sample of codes, -1 when missing. */
export function categoryBins(sample: Float64Array): ValueBins {
  const counts = new Map<number, number>()
  for (const code of sample) if (code >= 0 && code < CODES) counts.set(code, (counts.get(code) ?? 0) + 1)
  const byCount = [...counts].sort(([a, n], [b, m]) => m - n || a - b)
  const isShort = byCount.length <= CATEGORIES / 2
  const frequent = byCount.filter(([, n]) => isShort || n >= FREQUENT * sample.length)
  return categories(Int32Array.from(frequent.slice(0, CATEGORIES), ([code]) => code))
}

/** Bins of a sample of numbers, NaN when missing. */
export function numberBins(sample: Float64Array): ValueBins {
  return binsOf(sample, normalScore)
}

/** Bins of a sample of positive numbers, such as errors, of which the scale counts. */
export function ratioBins(sample: Float64Array): ValueBins {
  return binsOf(sample, exponentialScore)
}

function binsOf(sample: Float64Array, scoreOf: (rank: number) => number): ValueBins {
  const known = sample.filter(x => !Number.isNaN(x)).sort()
  const edges = edgesOf(known)
  const shares = new Float64Array(edges.length + 1)
  for (const x of known) shares[rank(edges, x)]++
  return numbers(edges, standardScores(shares, known.length, scoreOf))
}

export function loadValueBins(input: StateReader): ValueBins {
  const kind = input.u8()
  if (kind === 0) return binaryBins()
  if (kind === 1) return categories(input.i32s())
  if (kind === 2) {
    const edges = input.f64s()
    return numbers(edges, input.f64s(edges.length + 2))
  }
  if (kind === 3) return probabilityBins()
  if (kind === 4) return lossBins()
  throw codedError('CHECKPOINT_CORRUPT', `Bins of kind ${kind} are unknown, wanted 0 to 4.`)
}

/** Bin i holds what has i edges at or below it. */
function fixed(kind: number, edges: Float64Array): ValueBins {
  return {
    count: edges.length + 1,
    scores: null,
    cumulative: true,
    of: x => rank(edges, x),
    labelOf: bin => `share from ${edges[bin - 1]}`,
    categoryOf: () => -1,
    save: out => out.u8(kind),
  }
}

/** Bin 0 is missing, the last is the rest. */
function categories(codes: Int32Array): ValueBins {
  const rest = codes.length + 1
  const table = new Uint8Array(CODES).fill(rest)
  codes.forEach((code, i) => {
    table[code] = i + 1
  })
  return {
    count: rest + 1,
    scores: null,
    cumulative: false,
    of: code => (code >= 0 ? (code < CODES ? table[code] : rest) : 0),
    labelOf: bin =>
      bin === 0 ? 'share missing' : bin === rest ? 'share of the rest' : 'share of a category',
    categoryOf: bin => codes[bin - 1] ?? -1,
    save(out) {
      out.u8(1)
      out.i32s(codes)
    },
  }
}

/** Bin 0 is missing; bin i + 1 holds what has i edges at or below it. */
function numbers(edges: Float64Array, scores: Float64Array): ValueBins {
  return {
    count: edges.length + 2,
    scores,
    cumulative: false,
    // Every comparison with NaN is false: missing must be asked for.
    of: x => (x === x ? rank(edges, x) + 1 : 0),
    labelOf(bin) {
      if (bin === 0) return 'share missing'
      if (bin === 1) return `share below ${short(edges[0])}`
      return bin > edges.length
        ? `share from ${short(edges[bin - 2])}`
        : `share from ${short(edges[bin - 2])} to ${short(edges[bin - 1])}`
    },
    categoryOf: () => -1,
    save(out) {
      out.u8(2)
      out.f64s(edges)
      out.f64s(scores)
    },
  }
}

function rank(edges: Float64Array, x: number): number {
  let at = 0
  for (let i = 0; i < edges.length; i++) at += x >= edges[i] ? 1 : 0
  return at
}

function edgesOf(sorted: Float64Array): Float64Array {
  const n = sorted.length
  if (n === 0) return Float64Array.of(0)
  const distinct = sorted.filter((x, i) => i === 0 || x !== sorted[i - 1])
  const edges = new Set<number>()
  if (distinct.length <= SHARES) {
    for (const x of distinct) edges.add(x)
    edges.add(nextAbove(distinct[distinct.length - 1]))
  } else {
    for (let i = 1; i < SHARES; i++) {
      const x = sorted[Math.floor((i * n) / SHARES)]
      edges.add(x)
      const repeats = sorted.reduce((sum, other) => sum + (other === x ? 1 : 0), 0)
      if (repeats > REPEATED * n) edges.add(nextAbove(x))
    }
  }
  return Float64Array.from(edges).sort()
}

/** Scores of the bins' middle ranks, standardised over the sample. */
function standardScores(counts: Float64Array, n: number, scoreOf: (rank: number) => number): Float64Array {
  const scores = new Float64Array(counts.length + 1)
  let below = 0
  let [mean, squares] = [0, 0]
  for (let i = 0; i < counts.length; i++) {
    const score = scoreOf((below + counts[i] / 2 + 0.25) / (n + 0.5))
    below += counts[i]
    scores[i + 1] = score
    mean += (counts[i] / n) * score
    squares += (counts[i] / n) * score * score
  }
  const spread = Math.sqrt(Math.max(1e-12, squares - mean * mean))
  for (let i = 1; i < scores.length; i++) scores[i] = (scores[i] - mean) / spread
  return scores
}

/** Van der Waerden's scores, best for a shift of a normal law: Tukey's lambda, within .01 of its quantile here. */
function normalScore(rank: number): number {
  return 4.91 * (rank ** 0.14 - (1 - rank) ** 0.14)
}

/** Savage's scores, best for a change of scale of an exponential law. */
function exponentialScore(rank: number): number {
  return -Math.log(1 - rank)
}

function nextAbove(x: number): number {
  return x + Math.max(Number.MIN_VALUE, Math.abs(x) * Number.EPSILON)
}

function short(x: number): string {
  return String(Number(x.toPrecision(4)))
}
