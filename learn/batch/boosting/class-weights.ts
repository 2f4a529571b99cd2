/** A weight for each class under which all classes together weigh the same, and all rows as much as before. */
export function balancedClassWeights(
  labels: Float64Array,
  weights: Float64Array | null,
  classes: number,
): Float64Array {
  const sums = new Float64Array(classes)
  let total = 0
  for (let i = 0; i < labels.length; i++) {
    const weight = weights ? weights[i] : 1
    sums[labels[i]] += weight
    total += weight
  }
  const present = sums.filter(sum => sum > 0).length
  return sums.map(sum => (sum > 0 ? total / (present * sum) : 1))
}
