/** Observations of a binary classification in ascending order of their scores; group i holds those of the i-th distinct score. */
export interface RankedScores {
  readonly groups: number
  readonly scores: Float64Array
  readonly positives: Float64Array
  readonly negatives: Float64Array
  readonly totalPositives: number
  readonly totalNegatives: number
}

/** `cells[i] >= 2` for a positive. Two sorts of plain numbers and a merge, O(n log n). */
export function rankScores(scores: Float64Array, cells: Uint8Array, n: number): RankedScores {
  let totalPositives = 0
  for (let i = 0; i < n; i++) if (cells[i] >= 2) totalPositives += 1
  const totalNegatives = n - totalPositives
  const above = new Float64Array(totalPositives)
  const below = new Float64Array(totalNegatives)
  let p = 0
  let q = 0
  for (let i = 0; i < n; i++) {
    if (cells[i] >= 2) above[p++] = scores[i]
    else below[q++] = scores[i]
  }
  above.sort()
  below.sort()
  const distinct = new Float64Array(n)
  const positives = new Float64Array(n)
  const negatives = new Float64Array(n)
  let groups = 0
  p = 0
  q = 0
  while (p < totalPositives || q < totalNegatives) {
    const score = p === totalPositives || (q < totalNegatives && below[q] < above[p]) ? below[q] : above[p]
    distinct[groups] = score
    for (; p < totalPositives && above[p] === score; p++) positives[groups] += 1
    for (; q < totalNegatives && below[q] === score; q++) negatives[groups] += 1
    groups += 1
  }
  return { groups, scores: distinct, positives, negatives, totalPositives, totalNegatives }
}
