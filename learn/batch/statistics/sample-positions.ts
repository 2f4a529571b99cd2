import { createRandom } from '../../math/random.ts'

/** Ascending positions, at most `limit` of `size`, drawn evenly without repetition (selection sampling, Fan et al. 1962). */
export function samplePositions(size: number, limit: number, seed: number): number[] {
  if (size <= limit) return Array.from({ length: size }, (_, i) => i)
  const random = createRandom(seed)
  const kept: number[] = []
  for (let i = 0; i < size && kept.length < limit; i++) {
    if (random.next() * (size - i) < limit - kept.length) kept.push(i)
  }
  return kept
}
