import { hashText } from './text-hash.ts'

const words = new Uint32Array(2)
const number = new Float64Array(1)
const bits = new Uint32Array(number.buffer)

/** 53 well-mixed bits of a text, as an integer that a double holds. */
export function hashString(text: string): number {
  hashText(text, words)
  return join(words[0] as number, words[1] as number)
}

/** 53 well-mixed bits of a number (finaliser of MurmurHash3, Appleby 2011). 0 and -0 are the same. */
export function hashNumber(value: number): number {
  number[0] = value + 0
  const low = mix((bits[0] as number) ^ 0x9e3779b9)
  const high = mix((bits[1] as number) ^ low)
  return join(mix(low ^ high), high)
}

function join(low: number, high: number): number {
  return low + (high & 0x1fffff) * 2 ** 32
}

function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
