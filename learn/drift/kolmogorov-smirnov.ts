/** Difference of two samples and the chance of one as large when both come from one distribution. */
export interface KolmogorovSmirnov {
  /** Largest distance of the empirical distribution functions, 0..1. */
  statistic: number
  pValue: number
}

/** Above this many lattice points the asymptotic distribution is as good and much cheaper. */
const EXACT_PRODUCT = 4_000_000

/**
 * Two-sided test of Kolmogorov and Smirnov for two samples without NaN, neither empty; exact for small ones (paths
 * in a lattice: Hodges 1958), asymptotic otherwise. The samples are sorted in place.
 */
export function kolmogorovSmirnov(a: Float64Array, b: Float64Array): KolmogorovSmirnov {
  const statistic = distance(a.sort(), b.sort())
  const [m, n] = [a.length, b.length]
  let pValue: number
  if (m === n && m <= 10_000) pValue = outsideSquare(n, Math.round(statistic * n))
  else if (m * n <= EXACT_PRODUCT) pValue = outsideLattice(m, n, statistic)
  else pValue = asymptotic(statistic * Math.sqrt((m * n) / (m + n)))
  return { statistic, pValue: Math.min(1, Math.max(0, pValue)) }
}

function distance(a: Float64Array, b: Float64Array): number {
  let [i, j, largest] = [0, 0, 0]
  while (i < a.length && j < b.length) {
    const x = Math.min(a[i], b[j])
    while (i < a.length && a[i] === x) i++
    while (j < b.length && b[j] === x) j++
    largest = Math.max(largest, Math.abs(i / a.length - j / b.length))
  }
  return largest
}

/** For samples of one size n and n D = h: Gnedenko and Korolyuk's alternating sum, nested so that nothing overflows. */
function outsideSquare(n: number, h: number): number {
  if (h === 0) return 1
  let p = 0
  for (let k = Math.floor(n / h); k >= 0; k--) {
    let ratio = 1
    for (let j = 0; j < h; j++) ratio = ((n - k * h - j) * ratio) / (n + k * h + j + 1)
    p = ratio * (1 - p)
  }
  return 2 * p
}

/** One less the share of lattice paths from (0, 0) to (m, n) that stay closer to the diagonal than `d`. */
function outsideLattice(m: number, n: number, d: number): number {
  // Steps are weighed by the odds of drawing from either sample, so that shares come out without binomials.
  const limit = d - 0.5 / (m * n)
  const inside = new Float64Array(n + 1)
  for (let i = 0; i <= m; i++) {
    for (let j = 0; j <= n; j++) {
      if (i === 0 && j === 0) inside[0] = 1
      else if (Math.abs(i / m - j / n) > limit) inside[j] = 0
      else {
        const left = m + n - i - j + 1
        const fromAbove = i > 0 ? (inside[j] * (m - i + 1)) / left : 0
        const fromLeft = j > 0 ? (inside[j - 1] * (n - j + 1)) / left : 0
        inside[j] = fromAbove + fromLeft
      }
    }
  }
  return 1 - inside[n]
}

/** Kolmogorov's limit distribution. */
function asymptotic(x: number): number {
  if (x < 0.2) return 1
  let sum = 0
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * x * x)
    sum += k % 2 === 1 ? term : -term
    if (term < 1e-17) break
  }
  return 2 * sum
}
