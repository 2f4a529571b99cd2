import type { Random } from '../../math/random.ts'
import type { Cells } from './cells.ts'
import {
  addToHistogram,
  type Compound,
  compoundOf,
  createHistogram,
  FIRST_CONCENTRATION,
  fitConcentrations,
} from './compound.ts'
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
  /** Compound columns, and how many groups of each class have each count of their cells. */
  compound: Compound
  histogram: Float64Array
}

/** Short runs from random starts, of which the best goes on (Biernacki, Celeux and Govaert 2003, "em-EM"). */
const STARTS = 6
const SHORT = 6
const LONG = 20
/** Groups that the short runs look at. */
const FEW = 400
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
  const few = spread(groups, FEW)
  let best: Fit | null = null
  for (let start = 0; start < (components === 1 ? 1 : STARTS); start++) {
    const fit = improve(startingMixture(few, cells, components, random), few, cells, SHORT)
    if (best === null || fit.logLikelihood > best.logLikelihood) best = fit
  }
  return improve((best as Fit).mixture, groups, cells, LONG)
}

/** At most `count` of the groups, evenly over the list. */
export function spread(groups: readonly GroupStatistics[], count: number): readonly GroupStatistics[] {
  if (groups.length <= count) return groups
  return Array.from({ length: count }, (_, i) => groups[Math.floor((i * groups.length) / count)])
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
  const compound = compoundOf(cells, cells.size, cells.blocks)
  let mixture = start
  let last = -Infinity
  for (let iteration = 0; ; iteration++) {
    const sums = createMixtureSums(components, cells.size, cells.numerics)
    const histogram = createHistogram(compound, components)
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
      addToHistogram(histogram, compound, group, posterior)
    }
    const converged = logLikelihood - last < CONVERGED * Math.abs(logLikelihood)
    if (iteration === iterations || converged) {
      // Running groups will be told apart better, so ended ones speak for them, once there are enough.
      const scale = ended >= ENOUGH_ENDED ? groups.length / ended : 1
      return { mixture, logLikelihood, entropy: scale * entropy, sums, compound, histogram }
    }
    last = logLikelihood
    // The means of the last iteration are as good for the concentrations, which change slowly.
    const { logCells, concentrations } = mixture
    const known = mixture.cells === cells.size
    mixture = maximise(
      sums,
      cells,
      known
        ? fitConcentrations(compound, histogram, components, logCells, concentrations, cells.blocks)
        : new Float64Array(cells.blocks * components).fill(FIRST_CONCENTRATION),
    )
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
  return maximise(sums, cells, new Float64Array(cells.blocks * components).fill(FIRST_CONCENTRATION))
}
