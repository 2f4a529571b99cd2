import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** CPython's `random.Random`, draw for draw, so that what was sampled in Python is sampled here. */
export interface PythonRandom {
  /** Uniform in [0, 1), 53 bits: `random()`. */
  random(): number
  /** Uniform integer in [0, n), 1 <= n <= 2^53, by rejection: `_randbelow(n)`. */
  randbelow(n: number): number
  /** Uniform integer in [a, b], both ends included: `randint(a, b)`. */
  randint(a: number, b: number): number
  /** Fills `out[0..k)` with k different indices below n in CPython 3.11's order: `sample(range(n), k)`. */
  sample(n: number, k: number, out: Int32Array): void
  /** Poisson count by multiplication of uniforms (Knuth, TAOCP 2, 3.4.1), as River draws it. */
  poisson(rate: number): number
  /** Normal variate; every second call returns the cached other half of a pair: `gauss(mu, sigma)`. */
  gauss(mu: number, sigma: number): number
  save(out: StateWriter): void
}

const N = 624
const M = 397
const UPPER = 0x80000000
const LOWER = 0x7fffffff
const MATRIX = 0x9908b0df

interface State {
  words: Uint32Array
  at: number
  /** The cached second normal; NaN when there is none. */
  spare: number
}

/**
 * MT19937 (Matsumoto and Nishimura 1998) seeded by init_by_array over the 32-bit words of |seed|, as CPython seeds
 * integers. Throws INVALID_PARAMETER for a seed that is not a safe integer.
 */
export function createPythonRandom(seed: number): PythonRandom {
  if (!Number.isSafeInteger(seed)) {
    throw codedError('INVALID_PARAMETER', `The seed is ${seed}, wanted an integer within 2^53.`)
  }
  const size = Math.abs(seed)
  const key = size < 4294967296 ? [size] : [size >>> 0, Math.floor(size / 4294967296)]
  return fromState({ words: seededWords(key), at: N, spare: Number.NaN })
}

export function loadPythonRandom(input: StateReader): PythonRandom {
  const words = input.u32s(N)
  const at = input.u32()
  const spare = input.f64()
  if (at <= N && words.some(word => word !== 0)) return fromState({ words, at, spare })
  throw codedError('CHECKPOINT_CORRUPT', `The Mersenne Twister stands at word ${at}, wanted 0 to ${N}.`)
}

function fromState({ words, at, spare }: State): PythonRandom {
  let pool = new Int32Array(32)
  let rate = Number.NaN
  let limit = 0

  function word(): number {
    if (at === N) {
      twist(words)
      at = 0
    }
    let y = words[at++]
    y ^= y >>> 11
    y ^= (y << 7) & 0x9d2c5680
    y ^= (y << 15) & 0xefc60000
    return (y ^ (y >>> 18)) >>> 0
  }

  function random(): number {
    const high = word() >>> 5
    return (high * 67108864 + (word() >>> 6)) * (1 / 9007199254740992)
  }

  function randbelow(n: number): number {
    for (;;) {
      const draw = n < 4294967296 ? word() >>> Math.clz32(n) : twoWords(n)
      if (draw < n) return draw
    }
  }

  /** The low word comes first; n has more than 32 bits. */
  function twoWords(n: number): number {
    const low = word()
    return (word() >>> Math.clz32(Math.floor(n / 4294967296))) * 4294967296 + low
  }

  return {
    random,
    randbelow,
    randint: (a, b) => a + randbelow(b - a + 1),
    sample(n, k, out) {
      if (n <= largestPool(k)) {
        if (pool.length < n) pool = new Int32Array(2 * n)
        for (let i = 0; i < n; i++) pool[i] = i
        for (let i = 0; i < k; i++) {
          const j = randbelow(n - i)
          out[i] = pool[j]
          pool[j] = pool[n - i - 1]
        }
        return
      }
      for (let i = 0; i < k; i++) {
        let j = randbelow(n)
        while (drawn(out, i, j)) j = randbelow(n)
        out[i] = j
      }
    },
    poisson(given) {
      if (given !== rate) {
        rate = given
        limit = Math.exp(-given)
      }
      let count = 0
      for (let product = 1; product > limit; count++) product *= random()
      return count - 1
    },
    gauss(mu, sigma) {
      let z = spare
      spare = Number.NaN
      if (Number.isNaN(z)) {
        const angle = random() * 2 * Math.PI
        const radius = Math.sqrt(-2 * Math.log(1 - random()))
        z = Math.cos(angle) * radius
        spare = Math.sin(angle) * radius
      }
      return mu + z * sigma
    },
    save(out) {
      out.u32s(words)
      out.u32(at)
      out.f64(spare)
    },
  }
}

/** Populations up to this size are shuffled in part, larger ones drawn with rejection (a set's memory in CPython). */
function largestPool(k: number): number {
  if (k <= 5) return 21
  let table = 1
  while (table < 3 * k) table *= 4
  return 21 + table
}

function drawn(out: Int32Array, count: number, value: number): boolean {
  for (let i = 0; i < count; i++) if (out[i] === value) return true
  return false
}

function twist(words: Uint32Array): void {
  for (let i = 0; i < N; i++) {
    const next = i + 1 < N ? i + 1 : 0
    const y = (words[i] & UPPER) | (words[next] & LOWER)
    words[i] = words[i + M < N ? i + M : i + M - N] ^ (y >>> 1) ^ (y & 1 ? MATRIX : 0)
  }
}

function seededWords(key: readonly number[]): Uint32Array {
  const words = new Uint32Array(N)
  words[0] = 19650218
  for (let i = 1; i < N; i++) {
    words[i] = Math.imul(1812433253, words[i - 1] ^ (words[i - 1] >>> 30)) + i
  }
  let i = 1
  let j = 0
  const advance = () => {
    if (++i < N) return
    words[0] = words[N - 1]
    i = 1
  }
  for (let k = 0; k < N; k++) {
    words[i] = (words[i] ^ Math.imul(words[i - 1] ^ (words[i - 1] >>> 30), 1664525)) + key[j] + j
    j = (j + 1) % key.length
    advance()
  }
  for (let k = 0; k < N - 1; k++) {
    words[i] = (words[i] ^ Math.imul(words[i - 1] ^ (words[i - 1] >>> 30), 1566083941)) - i
    advance()
  }
  words[0] = UPPER
  return words
}
