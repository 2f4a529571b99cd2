import type { Random } from '../../../math/random.ts'
import { sampleRows } from '../sample-rows.ts'
import type { GroupCounts } from './group-counts.ts'

/** So many of the groups, drawn without replacement; all if there are no more. */
export function sampleGroups(data: GroupCounts, wanted: number, random: Random): GroupCounts {
  if (data.groups <= wanted) return data
  const { starts } = data
  const drawn = sampleRows(data.groups, wanted, random)
  const width = data.moments.length / data.groups
  const moments = new Float64Array(drawn.length * width)
  const firsts = new Int32Array(drawn.length + 1)
  drawn.forEach((group, at) => {
    firsts[at + 1] = firsts[at] + starts[group + 1] - starts[group]
    moments.set(data.moments.subarray(group * width, (group + 1) * width), at * width)
  })
  const cells = new Int32Array(firsts[drawn.length])
  const counts = new Float64Array(cells.length)
  drawn.forEach((group, at) => {
    cells.set(data.cells.subarray(starts[group], starts[group + 1]), firsts[at])
    counts.set(data.counts.subarray(starts[group], starts[group + 1]), firsts[at])
  })
  return { groups: drawn.length, starts: firsts, cells, counts, moments, most: data.most }
}
