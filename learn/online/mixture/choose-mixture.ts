import type { Random } from '../../math/random.ts'
import type { Cells } from './cells.ts'
import { completedLikelihood } from './completed-likelihood.ts'
import { type Fit, fitMixture, improve, spread } from './fit-mixture.ts'
import type { GroupStatistics } from './group-statistics.ts'
import type { Mixture } from './mixture.ts'

export interface Choice {
  mixture: Mixture
  /** Completed likelihood per group, and what one class reaches on the same groups. */
  likelihood: number
  oneClass: number
  groups: number
}

/** Log likelihood per group by which a new solution must beat the present one; stability is worth a little. */
const MARGIN = 0.01
/** Groups on which solutions are compared first; one that is worse there by so much per group is not looked at again. */
const MANY = 1000
const HOPELESS = 0.02
/** Iterations that the present solution gets to adapt to the groups, and new ones to all of them. */
const ADAPT = 10
const FINISH = 8
/** With so many classes one more that does not pay ends the search: with fewer, two more may. */
const SETTLED = 4

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
): Choice {
  const some = spread(groups, MANY)
  const whole = some === groups
  const score = (fit: Fit, all: readonly GroupStatistics[]) =>
    completedLikelihood(fit, cells, all.length, groups.length) / groups.length
  let best = present && improve(present, groups, cells, ADAPT)
  let bestScore = best ? score(best, groups) + MARGIN : -Infinity
  let least = best ? score(improve(best.mixture, some, cells, 0), some) : -Infinity

  function consider(components: number): boolean {
    const first = fitMixture(some, cells, components, random)
    const hope = score(first, some)
    if (hope < least - HOPELESS) return false
    const fit = whole ? first : improve(first.mixture, groups, cells, FINISH)
    const own = score(fit, groups)
    if (own <= bestScore) return false
    best = fit
    bestScore = own
    least = Math.max(least, hope)
    return true
  }

  const middle = Math.min(mostComponents, present?.components ?? 1)
  consider(middle)
  if (middle > 1) consider(middle - 1)
  for (let components = middle + 1, misses = 0; components <= mostComponents; components++) {
    misses = consider(components) ? 0 : misses + 1
    if (misses > (components > SETTLED ? 0 : 1)) break
  }
  const chosen = best as Fit
  const oneClass = score(fitMixture(groups, cells, 1, random), groups)
  return { mixture: chosen.mixture, likelihood: score(chosen, groups), oneClass, groups: groups.length }
}
