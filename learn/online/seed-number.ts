import { fnv1a64 } from '../math/fnv1a64.ts'

/** The seed as an integer: itself, or from a hash of its text. */
export function seedNumber(seed: number | string): number {
  if (typeof seed === 'number' && Number.isSafeInteger(seed)) return seed
  const halves = new Uint32Array(2)
  fnv1a64(String(seed), halves)
  return (halves[0] & 0x1fffff) * 4294967296 + halves[1]
}
