/** Rates of a counter over its last samples. */
export interface RateWindow {
  add(count: number): void
  /** Per second, oldest first. */
  rates(): number[]
  latest(): number
}

export function createRateWindow({ size = 12, now = () => performance.now() } = {}): RateWindow {
  const samples: { at: number; count: number }[] = []
  const rates = () =>
    samples.slice(1).map(({ at, count }, i) => {
      const before = samples[i] as { at: number; count: number }
      return Math.max(0, ((count - before.count) * 1000) / Math.max(1, at - before.at))
    })
  return {
    add(count) {
      samples.push({ at: now(), count })
      if (samples.length > size + 1) samples.shift()
    },
    rates,
    latest: () => rates().at(-1) ?? 0,
  }
}
