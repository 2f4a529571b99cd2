/** 1 for each score of at least the threshold, else 0. */
export function flagScores(scores: ArrayLike<number>, threshold: number): Uint8Array {
  const flags = new Uint8Array(scores.length)
  for (let i = 0; i < flags.length; i++) flags[i] = scores[i] >= threshold ? 1 : 0
  return flags
}
