/**
 * Matches new classes with old ones by the groups they share: pairs are taken greedily by overlap, so that the
 * largest classes keep their identity. Returns for each new class its old one, or -1.
 * `overlap[old * newCount + fresh]` is the expected number of groups in both.
 */
export function alignClasses(overlap: Float64Array, oldCount: number, newCount: number): Int32Array {
  const matches = new Int32Array(newCount).fill(-1)
  const taken = new Uint8Array(oldCount)
  for (let round = 0; round < Math.min(oldCount, newCount); round++) {
    let best = -1
    for (let pair = 0; pair < overlap.length; pair++) {
      const free = taken[Math.floor(pair / newCount)] === 0 && matches[pair % newCount] < 0
      if (free && (best < 0 || overlap[pair] > overlap[best])) best = pair
    }
    taken[Math.floor(best / newCount)] = 1
    matches[best % newCount] = Math.floor(best / newCount)
  }
  return matches
}
