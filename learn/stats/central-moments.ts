/** Running sums of the powers two to four of deviations from the mean. */
export interface CentralMoments {
  readonly n: number
  readonly m2: number
  readonly m3: number
  readonly m4: number
  update(x: number): void
}

/** Terriberry 2007; Pébay 2008. */
export function createCentralMoments(): CentralMoments {
  let n = 0
  let mean = 0
  let m2 = 0
  let m3 = 0
  let m4 = 0
  return {
    get n() {
      return n
    },
    get m2() {
      return m2
    },
    get m3() {
      return m3
    },
    get m4() {
      return m4
    },
    update(x) {
      n++
      const delta = x - mean
      const step = delta / n
      const step2 = step * step
      const term = delta * step * (n - 1)
      mean += step
      m4 += term * step2 * (n * n - 3 * n + 3) + 6 * step2 * m2 - 4 * step * m3
      m3 += term * step * (n - 2) - 3 * step * m2
      m2 += term
    },
  }
}
