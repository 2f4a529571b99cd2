const BISECTIONS = 50
const TOLERANCE = 1e-5

/**
 * How near each two rows are, as t-SNE has it (van der Maaten and Hinton 2008): shares under Gaussians that are as wide as gives every row
 * the perplexity, made symmetric. Pairs i < j one after the other; all of them sum up to one half. O(rows² · width).
 */
export function nearShares(data: Float64Array, width: number, perplexity: number): Float64Array {
  const rows = data.length / width
  const pairs = new Float64Array((rows * (rows - 1)) / 2)
  const distances = new Float64Array(rows)
  const shares = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      let sum = 0
      for (let c = 0; c < width; c++)
        sum += ((data[i * width + c] as number) - (data[j * width + c] as number)) ** 2
      distances[j] = sum
    }
    conditional(distances, i, Math.log(perplexity), shares)
    for (let j = 0; j < rows; j++) {
      if (j === i) continue
      const [a, b] = i < j ? [i, j] : [j, i]
      const pair = a * rows - (a * (a + 1)) / 2 + b - a - 1
      pairs[pair] = (pairs[pair] as number) + (shares[j] as number) / (2 * rows)
    }
  }
  return pairs
}

/** Shares of the neighbours of row `own`, at the width of the Gaussian whose entropy is the one wanted. */
function conditional(distances: Float64Array, own: number, entropy: number, out: Float64Array): void {
  let nearest = Infinity
  let mean = 0
  distances.forEach((distance, j) => {
    mean += distance / distances.length
    if (j !== own && distance < nearest) nearest = distance
  })
  let [low, high] = [0, Infinity]
  let precision = mean > 0 ? 1 / mean : 1
  for (let i = 0; i < BISECTIONS; i++) {
    let sum = 0
    let weighted = 0
    for (let j = 0; j < distances.length; j++) {
      const apart = (distances[j] as number) - nearest
      const weight = j === own ? 0 : Math.exp(-apart * precision)
      out[j] = weight
      sum += weight
      weighted += apart * weight
    }
    const found = Math.log(sum) + (precision * weighted) / sum
    for (let j = 0; j < out.length; j++) out[j] = (out[j] as number) / sum
    // Equal rows have an entropy of their own, whatever the width.
    if (Math.abs(found - entropy) < TOLERANCE || precision > 1e12) return
    if (found > entropy) low = precision
    else high = precision
    precision = high === Infinity ? 2 * precision : (low + high) / 2
  }
}
