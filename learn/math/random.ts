import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'

/** A seeded source of uniform numbers whose state can be saved and continued bit for bit. */
export interface Random {
  /** Uniform in [0, 1), a multiple of 2^-53. */
  next(): number
  /** Uniform integer in [0, bound). */
  below(bound: number): number
  /** Standard normal, by the polar method without a cached second value, so that the state stays four words. */
  normal(): number
  save(out: StateWriter): void
}

/** xoshiro128** 1.1 (Blackman and Vigna 2018), seeded by splitmix32; text seeds are hashed by FNV-1a first. */
export function createRandom(seed: number | string): Random {
  let mix = typeof seed === 'string' ? fnv1a(seed) : wordOf(seed)
  const state = new Uint32Array(4)
  for (let i = 0; i < 4; i++) {
    mix = (mix + 0x9e3779b9) >>> 0
    let z = mix
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    state[i] = (z ^ (z >>> 16)) >>> 0
  }
  return fromState(state)
}

export function loadRandom(input: StateReader): Random {
  return fromState(input.u32s(4))
}

function fromState(state: Uint32Array): Random {
  // The all-zero state is the generator's only fixed point; splitmix32 never yields it for four words in a row.
  if ((state[0] | state[1] | state[2] | state[3]) === 0) {
    throw codedError('CHECKPOINT_CORRUPT', 'The random state is all zero, wanted at least one bit set.')
  }
  let a = state[0]
  let b = state[1]
  let c = state[2]
  let d = state[3]

  function word(): number {
    const r = Math.imul(b, 5)
    const result = Math.imul((r << 7) | (r >>> 25), 9) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    return result
  }

  function next(): number {
    const high = word() >>> 5
    return (high * 67108864 + (word() >>> 6)) / 9007199254740992
  }

  return {
    next,
    below: bound => Math.floor(next() * bound),
    normal() {
      for (;;) {
        const u = 2 * next() - 1
        const v = 2 * next() - 1
        const s = u * u + v * v
        if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s)
      }
    },
    save: out => out.u32s(Uint32Array.of(a, b, c, d)),
  }
}

/** All 53 bits of a number seed count, so that 1 and 2^32 + 1 differ. */
function wordOf(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed < 4294967296) return seed
  return fnv1a(String(seed))
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
