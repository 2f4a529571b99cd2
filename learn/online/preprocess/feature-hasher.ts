import { murmurHash3 } from '../../math/murmur-hash3.ts'

type HashedValue = number | string | boolean

interface Options {
  /** Default 2^20. */
  features?: number
  /** Of MurmurHash3, 32 bits. River derives it from its own seed by NumPy, or draws it anew in every process. */
  murmurSeed?: number
  /** Collisions then cancel on average instead of adding up. Default true. */
  alternateSign?: boolean
}

/**
 * Hashes named values into a fixed number of features, as River's FeatureHasher does: a number or boolean
 * under its name, a text as 1 under `name=text`. What collides adds up; the sign is the hash's highest bit.
 */
export function createFeatureHasher({
  features = 2 ** 20,
  murmurSeed = 0,
  alternateSign = true,
}: Options = {}): (x: Readonly<Record<string, HashedValue>>) => Map<number, number> {
  return x => {
    const hashed = new Map<number, number>()
    for (const [name, value] of Object.entries(x)) {
      const isText = typeof value === 'string'
      const hash = murmurHash3(isText ? `${name}=${value}` : name, murmurSeed)
      const index = hash % features
      const size = isText ? 1 : Number(value)
      hashed.set(index, (hashed.get(index) ?? 0) + (alternateSign && hash > 0x7fffffff ? -size : size))
    }
    return hashed
  }
}
