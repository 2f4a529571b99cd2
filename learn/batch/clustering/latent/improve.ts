import { addGroup, type ClassSums, createClassSums } from './class-sums.ts'
import { type ClassTables, logJoint, maximise, normalise } from './class-tables.ts'
import type { GroupCounts } from './group-counts.ts'
import type { Layout } from './layout.ts'

export interface ClassFit {
  readonly tables: ClassTables
  readonly logLikelihood: number
  /** Entropy of the posteriors: how undecided the classes stay. */
  readonly entropy: number
  /** Expected sums under the tables. */
  readonly sums: ClassSums
  readonly iterations: number
  /** False if the most iterations allowed ended it. */
  readonly converged: boolean
}

interface Options {
  start: ClassTables
  data: GroupCounts
  layout: Layout
  maxIterations: number
  /** Relative gain in likelihood per iteration below which it has converged. */
  tolerance: number
}

/** Runs EM (Dempster, Laird and Rubin 1977); the figures returned are those of the tables returned. */
export function improve({ start, data, layout, maxIterations, tolerance }: Options): ClassFit {
  const posterior = new Float64Array(start.k)
  let tables = start
  let last = -Infinity
  for (let iterations = 0; ; iterations++) {
    const sums = createClassSums(tables.k, layout, data)
    let logLikelihood = 0
    let entropy = 0
    for (let group = 0; group < data.groups; group++) {
      logJoint(tables, layout, data, group, posterior)
      logLikelihood += normalise(posterior)
      for (const share of posterior) if (share > 0) entropy -= share * Math.log(share)
      addGroup(sums, layout, data, group, posterior)
    }
    const converged = logLikelihood - last < tolerance * Math.abs(logLikelihood)
    if (iterations === maxIterations || converged)
      return { tables, logLikelihood, entropy, sums, iterations, converged }
    last = logLikelihood
    tables = maximise(sums, layout, tables)
  }
}
