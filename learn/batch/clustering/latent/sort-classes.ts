import type { ClassTables } from './class-tables.ts'
import { risingOf } from './compound.ts'
import type { Layout } from './layout.ts'

/** The same classes, the largest first. */
export function sortClasses(tables: ClassTables, layout: Layout): ClassTables {
  const { k, logShares, gaussians } = tables
  const order = Array.from(logShares.keys()).sort((a, b) => logShares[b] - logShares[a] || a - b)
  const sorted = (values: Float64Array) => values.map((_, at) => values[at - (at % k) + order[at % k]])
  const logCells = sorted(tables.logCells)
  const concentrations = sorted(tables.concentrations)
  return {
    k,
    logShares: sorted(logShares),
    logCells,
    gaussians: gaussians.map((_, at) => {
      const pair = Math.floor(at / 3)
      return gaussians[3 * (pair - (pair % k) + order[pair % k]) + (at % 3)]
    }),
    concentrations,
    rising: risingOf({ k, layout, logCells, concentrations, most: tables.rising.most }),
  }
}
