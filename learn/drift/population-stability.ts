/**
 * Population stability index of two histograms with the same bins: Σ (b - a) ln (b / a) over shares. Half a count is
 * added to every bin, so that an empty one stays finite. Below .1 is usually called stable, above .25 shifted. An
 * empty histogram gives 0.
 */
export function populationStability(before: ArrayLike<number>, after: ArrayLike<number>): number {
  const bins = before.length
  let [n, m] = [0, 0]
  for (let i = 0; i < bins; i++) {
    n += before[i]
    m += after[i]
  }
  if (n === 0 || m === 0) return 0
  let index = 0
  for (let i = 0; i < bins; i++) {
    // A bin that neither knows tells nothing.
    if (before[i] === 0 && after[i] === 0) continue
    const a = (before[i] + 0.5) / (n + bins / 2)
    const b = (after[i] + 0.5) / (m + bins / 2)
    index += (b - a) * Math.log(b / a)
  }
  return index
}
