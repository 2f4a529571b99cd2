/** Standard normal distribution function, absolute error below 1.2e-7 (rational Chebyshev fit, Press et al. 1992, § 6.2). */
export function normalCdf(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + x / 2)
  let sum = 0
  for (const coefficient of coefficients) sum = sum * t + coefficient
  const tail = (t * Math.exp(-x * x + sum)) / 2
  return z < 0 ? tail : 1 - tail
}

/** Highest power first. */
const coefficients = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
]
