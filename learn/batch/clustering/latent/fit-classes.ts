import type { Random } from '../../../math/random.ts'
import { addGroup, createClassSums } from './class-sums.ts'
import { type ClassTables, maximise } from './class-tables.ts'
import type { GroupCounts } from './group-counts.ts'
import { type ClassFit, improve } from './improve.ts'
import type { Layout } from './layout.ts'
import { sampleGroups } from './sample-groups.ts'

/** Iterations of the short runs. */
const SHORT = 8
/** Groups that they look at. */
const FEW = 1500

interface Options {
  data: GroupCounts
  layout: Layout
  k: number
  random: Random
  restarts: number
  maxIterations: number
  tolerance: number
}

/**
 * Short runs from random starts, over some of the groups if there are many, of which the best goes on with all (Biernacki,
 * Celeux and Govaert 2003, "em-EM").
 */
export function fitClasses({
  data,
  layout,
  k,
  random,
  restarts,
  maxIterations,
  tolerance,
}: Options): ClassFit {
  const few = sampleGroups(data, Math.max(FEW, k), random)
  let best: ClassFit | null = null
  for (let left = k === 1 ? 1 : restarts; left > 0; left--) {
    const start = randomStart(few, layout, k, random)
    const fit = improve({ start, data: few, layout, maxIterations: SHORT, tolerance })
    if (best === null || fit.logLikelihood > best.logLikelihood) best = fit
  }
  const { tables } = best as ClassFit
  return improve({ start: tables, data, layout, maxIterations, tolerance })
}

/** Every class begins as one random group; the shrinkage of the M-step keeps it broad. */
function randomStart(data: GroupCounts, layout: Layout, k: number, random: Random): ClassTables {
  const sums = createClassSums(k, layout, data)
  const posterior = new Float64Array(k)
  const taken = new Set<number>()
  for (let c = 0; c < k; c++) {
    posterior.fill(0)
    posterior[c] = 1
    let group = random.below(data.groups)
    // Classes that begin alike stay alike.
    while (taken.has(group)) group = (group + 1) % data.groups
    taken.add(group)
    addGroup(sums, layout, data, group, posterior)
  }
  return maximise(sums, layout, null)
}
