/** Chance that a positive scores above a negative, ties counted half (Mann and Whitney 1947); NaN without both. */
export function exactAuc(scores: Float64Array, labels: Uint8Array): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number))
  let positives = 0
  let ranks = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    let tied = 0
    while (end < order.length && scores[order[end] as number] === scores[order[start] as number]) {
      tied += labels[order[end] as number] as number
      end++
    }
    positives += tied
    ranks += (tied * (start + 1 + end)) / 2
    start = end
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (scores.length - positives))
}
