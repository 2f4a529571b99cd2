import type { Random } from '../../math/random.ts'
import type { Cells } from './cells.ts'
import { completedLikelihood } from './completed-likelihood.ts'
import { type Fit, fitMixture, improve } from './fit-mixture.ts'
import type { GroupStatistics } from './group-statistics.ts'
import type { Mixture } from './mixture.ts'

/** Log likelihood per group by which a new solution must beat the present one; stability is worth a little. */
const MARGIN = 0.01
/** Iterations that the present solution gets to adapt to the groups. */
const ADAPT = 10

/**
 * The mixture with the highest completed likelihood on a window of groups: the present one, adapted, or random
 * starts with as many classes, one less and one more, and further on while that helps.
 */
export function chooseMixture(
  present: Mixture | null,
  groups: readonly GroupStatistics[],
  cells: Cells,
  mostComponents: number,
  random: Random,
): Mixture {
  const score = (fit: Fit) => completedLikelihood(fit, cells, groups.length)
  const fitWith = (components: number) => fitMixture(groups, cells, components, random)
  const adapted = present && improve(present, groups, cells, ADAPT)
  let best = adapted
  let bestScore = adapted ? score(adapted) + MARGIN * groups.length : -Infinity

  function consider(components: number): boolean {
    const fit = fitWith(components)
    const own = score(fit)
    if (own <= bestScore) return false
    best = fit
    bestScore = own
    return true
  }

  const middle = Math.min(mostComponents, present?.components ?? 1)
  consider(middle)
  if (middle > 1) consider(middle - 1)
  // One class more may not pay where two more do.
  for (let components = middle + 1, misses = 0; components <= mostComponents && misses < 2; components++) {
    misses = consider(components) ? 0 : misses + 1
  }
  return (best as Fit).mixture
}
