import assert from 'node:assert/strict'

/** Chance agreement: a correct generator misses it once in sixteen thousand seeds. */
const tolerance = 4

/** Asserts that an observed share is within four standard errors of the wanted probability. */
export function isNearShare(given: number, wanted: number, count: number): void {
  const error = Math.sqrt((wanted * (1 - wanted)) / count)
  assert.ok(
    Math.abs(given - wanted) <= tolerance * error,
    `${given} of ${count}, wanted ${wanted} ± ${tolerance * error}`,
  )
}

/** Asserts that the mean of a sample is within four of its standard errors of the wanted one. */
export function isNearMean(values: readonly number[], wanted: number): void {
  let mean = 0
  let squares = 0
  values.forEach((value, index) => {
    const before = value - mean
    mean += before / (index + 1)
    squares += before * (value - mean)
  })
  const error = Math.sqrt(squares / (values.length - 1) / values.length)
  assert.ok(Math.abs(mean - wanted) <= tolerance * error, `${mean}, wanted ${wanted} ± ${tolerance * error}`)
}
