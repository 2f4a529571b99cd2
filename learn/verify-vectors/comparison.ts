/** Compares what was computed with what a file of reference values holds, and keeps the first difference. */
export interface Comparison {
  /**
   * Numbers may differ by `tolerance * max(1, |expected|)`, missing ones are null or NaN on both sides; lists are compared entry by entry.
   */
  same(path: string, actual: unknown, expected: unknown, tolerance: number): void
  readonly verdict: Verdict
}

export interface Verdict {
  /** Numbers that were compared. */
  readonly compared: number
  /** The first difference, as a sentence; null if there is none. */
  readonly divergence: string | null
}

export function createComparison(): Comparison {
  let compared = 0
  let divergence: string | null = null

  function same(path: string, actual: unknown, expected: unknown, tolerance: number): void {
    if (divergence) return
    if (isList(expected)) {
      if (!isList(actual)) diverge(path, describe(actual), describe(expected))
      else if (actual.length !== expected.length) diverge(path, describe(actual), describe(expected))
      else for (let i = 0; i < expected.length; i++) same(`${path}[${i}]`, actual[i], expected[i], tolerance)
      return
    }
    compared++
    const [a, b] = [numberOf(actual), numberOf(expected)]
    if (a === null || b === null) {
      if (a !== b) diverge(path, describe(actual), describe(expected))
      return
    }
    const allowed = tolerance * Math.max(1, Math.abs(b))
    // A difference of zero also between infinities, whose difference is NaN.
    if (a !== b && !(Math.abs(a - b) <= allowed)) diverge(path, `${a}`, `${b} within ${allowed}`)
  }

  function diverge(path: string, given: string, wanted: string): void {
    divergence = `${path} is ${given}, wanted ${wanted}.`
  }

  return {
    same,
    get verdict() {
      return { compared, divergence }
    },
  }
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && !Number.isNaN(value) ? value : null
}

function describe(value: unknown): string {
  return isList(value) ? `a list of ${value.length}` : String(value)
}
