import type { Random } from '../../math/random.ts'
import type { Cells } from './cells.ts'
import type { GroupStatistics } from './group-statistics.ts'
import { logJoint, type Mixture, maximise, normalise } from './mixture.ts'
import { addGroup, createMixtureSums, type MixtureSums } from './mixture-sums.ts'

export interface Fit {
  mixture: Mixture
  logLikelihood: number
  /** Entropy of the posteriors of the groups that have ended: how undecided the classes stay. */
  entropy: number
  /** Expected sums under the mixture. */
  sums: MixtureSums
}

/** Short runs from random starts, of which the best goes on (Biernacki, Celeux and Govaert 2003, "em-EM"). */
const STARTS = 6
const SHORT = 8
const LONG = 30
const ENOUGH_ENDED = 50
/** Relative gain in likelihood per iteration below which a run has converged. */
const CONVERGED = 1e-5

/** Maximum likelihood fit of a given number of classes to whole groups. */
export function fitMixture(
  groups: readonly GroupStatistics[],
  cells: Cells,
  components: number,
  random: Random,
): Fit {
  let best: Fit | null = null
  for (let start = 0; start < (components === 1 ? 1 : STARTS); start++) {
    const fit = improve(startingMixture(groups, cells, components, random), groups, cells, SHORT)
    if (best === null || fit.logLikelihood > best.logLikelihood) best = fit
  }
  return improve((best as Fit).mixture, groups, cells, LONG)
}

/** Runs EM (Dempster, Laird and Rubin 1977) from a mixture; the figures returned are those of the mixture returned. */
export function improve(
  start: Mixture,
  groups: readonly GroupStatistics[],
  cells: Cells,
  iterations: number,
): Fit {
  const { components } = start
  const posterior = new Float64Array(components)
  let mixture = start
  let last = -Infinity
  for (let iteration = 0; ; iteration++) {
    const sums = createMixtureSums(components, cells.size, cells.numerics)
    let logLikelihood = 0
    let entropy = 0
    let ended = 0
    for (const group of groups) {
      logJoint(mixture, group, posterior)
      logLikelihood += normalise(posterior)
      if (group.ended) {
        entropy += entropyOf(posterior)
        ended += 1
      }
      addGroup(sums, group, posterior, 1)
    }
    const converged = logLikelihood - last < CONVERGED * Math.abs(logLikelihood)
    if (iteration === iterations || converged) {
      // Running groups will be told apart better, so ended ones speak for them, once there are enough.
      const scale = ended >= ENOUGH_ENDED ? groups.length / ended : 1
      return { mixture, logLikelihood, entropy: scale * entropy, sums }
    }
    last = logLikelihood
    mixture = maximise(sums, cells)
  }
}

function entropyOf(posterior: Float64Array): number {
  let entropy = 0
  for (const share of posterior) if (share > 0) entropy -= share * Math.log(share)
  return entropy
}

/** Every class begins as one random group; the shrinkage of the M-step keeps it broad. */
function startingMixture(
  groups: readonly GroupStatistics[],
  cells: Cells,
  components: number,
  random: Random,
): Mixture {
  const sums = createMixtureSums(components, cells.size, cells.numerics)
  const posterior = new Float64Array(components)
  for (let k = 0; k < components; k++) {
    posterior.fill(0)
    posterior[k] = 1
    addGroup(sums, groups[random.below(groups.length)], posterior, 1)
  }
  return maximise(sums, cells)
}
