/** Probability of class 1 among class probabilities; one half where nothing is known of any class. */
export function probabilityOfOne(votes: Float64Array): number {
  let sum = 0
  for (let c = 0; c < votes.length; c++) sum += votes[c]
  return sum > 0 ? Math.min(1, votes[1]) : 0.5
}
