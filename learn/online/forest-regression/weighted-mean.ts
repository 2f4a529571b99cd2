/**
 * Shares of trees in a weighted mean of `answers`, from their mean squared errors: in River's forest the sum of errors less
 * one's own, and its mean over the weighted answers, which is the number of trees too small; in ours the inverse error.
 */
export function weightedMean(answers: Float64Array, errors: Float64Array, river: boolean): number {
  let sum = 0
  for (const error of errors) sum += error
  // Without errors yet every answer counts as it is.
  if (sum === 0) return answers.reduce((total, answer) => total + answer, 0) / answers.length
  // An error of zero would leave all other trees without a say.
  const least = (1e-6 * sum) / errors.length
  let weights = 0
  let total = 0
  for (let i = 0; i < answers.length; i++) {
    const weight = river ? sum - errors[i] : 1 / Math.max(errors[i], least)
    weights += weight
    total += weight * answers[i]
  }
  return river ? total / weights / answers.length : total / weights
}
