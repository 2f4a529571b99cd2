/** Groups of rows that are left out in turn. */
const GROUPS = 20
/** Standard errors that a factor must hold out against: one-sided 97.5 %. */
const ERRORS = 1.96
/** Share of the loss that counts as rounding, so that a target that is told exactly gives a finite factor. */
const ROUNDING = 1e-9

/**
 * By which factor some columns cut the summed loss of the same rows, and a lower bound of it by the grouped jackknife of
 * its logarithm: one lucky sample of rare labels is no leak.
 */
export function lossCut(
  without: Float64Array,
  withThem: Float64Array,
  constant: Float64Array,
): { factor: number; lower: number } {
  const sums = { without: new Float64Array(GROUPS), withThem: new Float64Array(GROUPS), constant: 0 }
  for (let i = 0; i < without.length; i++) {
    sums.without[i % GROUPS] += without[i]
    sums.withThem[i % GROUPS] += withThem[i]
    sums.constant += constant[i]
  }
  const rounding = ROUNDING * sums.constant
  const total = { without: rounding + sumOf(sums.without), withThem: rounding + sumOf(sums.withThem) }
  const logs = new Float64Array(GROUPS)
  for (let group = 0; group < GROUPS; group++) {
    logs[group] = Math.log((total.without - sums.without[group]) / (total.withThem - sums.withThem[group]))
  }
  const mean = sumOf(logs) / GROUPS
  const squares = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0)
  const factor = total.without / total.withThem
  return { factor, lower: factor * Math.exp(-ERRORS * Math.sqrt(((GROUPS - 1) / GROUPS) * squares)) }
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}
