import type { Cells } from './cells.ts'
import type { GroupStatistics } from './group-statistics.ts'
import type { Mixture } from './mixture.ts'

/**
 * Distance of a group's profile to each class: the root of the deviance per event, sqrt(2 / events * (log likelihood
 * of the group's own frequencies and means - that of the class's)). Variances are those within classes, pooled, so
 * that a broad class is not near to everything.
 */
export function profileDistances(mixture: Mixture, group: GroupStatistics, cells: Cells): Float64Array {
  const { components, logCells, means, variances } = mixture
  const deviances = new Float64Array(components)
  const totals = new Float64Array(cells.blocks)
  for (let i = 0; i < group.used; i++) {
    if (group.cells[i] < mixture.cells) totals[cells.blockOf(group.cells[i])] += group.counts[i]
  }
  for (let i = 0; i < group.used; i++) {
    const cell = group.cells[i]
    const count = group.counts[i]
    if (cell >= mixture.cells || count <= 0) continue
    const own = Math.log(count / totals[cells.blockOf(cell)])
    for (let k = 0; k < components; k++) deviances[k] += count * (own - logCells[cell * components + k])
  }
  for (let j = 0; 3 * j < group.sums.length; j++) {
    const n = group.sums[3 * j]
    if (n === 0) continue
    const mean = group.sums[3 * j + 1] / n
    for (let k = 0; k < components; k++) {
      const shift = mean - means[j * components + k]
      deviances[k] += (n * shift * shift) / (2 * variances[j])
    }
  }
  const scale = 2 / Math.max(1, group.events)
  for (let k = 0; k < components; k++) deviances[k] = Math.sqrt(Math.max(0, scale * deviances[k]))
  return deviances
}
