/** A seeded source of uniform numbers in [0, 1). Everything random in a generator comes from one of these. */
export interface Random {
  next(): number
}

/** Continuous uniform on [low, high). */
export const uniform = (random: Random, low: number, high: number): number =>
  low + (high - low) * random.next()

/** Integer uniform, both ends included. */
export const integerBetween = (random: Random, low: number, high: number): number =>
  low + Math.floor((high - low + 1) * random.next())

/** True with probability `p`. */
export const chance = (random: Random, p: number): boolean => random.next() < p

export const pick = <T>(random: Random, list: readonly T[]): T =>
  list[Math.floor(random.next() * list.length)] as T

/** Index drawn with the given weights, which sum to 1. */
export function pickWeighted(random: Random, weights: readonly number[]): number {
  let left = random.next()
  const last = weights.length - 1
  for (let index = 0; index < last; index++) {
    left -= weights[index] as number
    if (left < 0) return index
  }
  return last
}

/** Standard normal (Box and Muller 1958, the cosine half: two draws, no state between calls). */
export function normal(random: Random): number {
  // 1 - u lies in (0, 1], so the logarithm is finite.
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
  return radius * Math.cos(2 * Math.PI * random.next())
}

export const lognormal = (random: Random, median: number, sigma: number): number =>
  median * Math.exp(sigma * normal(random))

export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random.next())

/** `value` rounded to `digits` decimals. */
export function round(value: number, digits: number): number {
  const scale = 10 ** digits
  return Math.round(value * scale) / scale
}

/**
 * Version 4 UUIDs (RFC 9562), four draws each. The start of the stream is mixed in, so that a seed that is used again
 * at another time draws the same values under new ids: ids of an earlier run would be dropped as duplicates.
 */
export function createUuids(random: Random, startMs: number): () => string {
  const salt = Array.from({ length: 4 }, (_, index) => scramble(startMs * 8 + index))
  return () => {
    const [a = 0, b = 0, c = 0, d = 0] = salt.map(word => (word ^ Math.floor(random.next() * 2 ** 32)) >>> 0)
    return `${hex8(a)}-${hex4(b >>> 16)}-${hex4((b & 0x0fff) | 0x4000)}-${hex4(((c >>> 16) & 0x3fff) | 0x8000)}-${hex4(c & 0xffff)}${hex8(d)}`
  }
}

const bytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** 32 well-mixed bits of a number (finaliser of MurmurHash3, Appleby 2011). */
function scramble(value: number): number {
  let bits = Math.floor(value / 2 ** 32) ^ Math.floor(value % 2 ** 32)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

function hex4(value: number): string {
  return (bytes[value >>> 8] as string) + (bytes[value & 255] as string)
}

function hex8(value: number): string {
  return hex4(value >>> 16) + hex4(value & 0xffff)
}
