import { codedError } from '../../coded-error.ts'
import { readPoints } from './kmeans/points.ts'

/**
 * Rows averaged over each group, `groups * width` numbers: the profile of a session or customer. Groups are numbered from 0
 * without gaps. Errors: those of `readPoints`, SIZE_MISMATCH, INVALID_VALUE.
 */
export function groupMeans({
  data,
  width,
  groups,
}: {
  data: Float64Array
  width: number
  groups: Int32Array
}): Float64Array {
  const { rows } = readPoints(data, width)
  if (groups.length !== rows) {
    throw codedError('SIZE_MISMATCH', `${groups.length} groups of ${rows} rows were given, wanted one a row.`)
  }
  let most = -1
  for (const group of groups) if (group > most) most = group
  const sizes = new Int32Array(most + 1)
  const means = new Float64Array(sizes.length * width)
  for (let row = 0; row < rows; row++) {
    const group = groups[row]
    sizes[group] += 1
    for (let j = 0; j < width; j++) means[group * width + j] += data[row * width + j]
  }
  const empty = sizes.indexOf(0)
  if (empty >= 0 || groups.some(group => group < 0)) {
    throw codedError(
      'INVALID_VALUE',
      `Group ${empty} has no rows or one is negative, wanted groups numbered from 0.`,
    )
  }
  for (let at = 0; at < means.length; at++) means[at] /= sizes[Math.floor(at / width)]
  return means
}
