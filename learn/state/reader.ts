import { codedError } from '../coded-error.ts'
import { TAG } from './tags.ts'

/**
 * Reads what a StateWriter wrote, in the same order. Every call checks the type tag and the remaining length, and
 * arrays their expected length when given; a mismatch throws an Error with code CHECKPOINT_CORRUPT.
 */
export interface StateReader {
  u8(): number
  u32(): number
  f64(): number
  bool(): boolean
  str(): string
  f64s(expectedLength?: number): Float64Array
  u32s(expectedLength?: number): Uint32Array
  i32s(expectedLength?: number): Int32Array
  bytes(expectedLength?: number): Uint8Array
  /** Whether anything follows: what a later version appended. */
  more(): boolean
  /** Throws when bytes remain. */
  end(): void
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
const NAMES = Object.fromEntries(Object.entries(TAG).map(([name, tag]) => [tag, name]))

export function createStateReader(
  buffer: ArrayBuffer,
  offset = 0,
  length = buffer.byteLength - offset,
): StateReader {
  if (offset < 0 || length < 0 || offset + length > buffer.byteLength) {
    throw corrupt(
      `a state of ${length} bytes at ${offset} does not fit a buffer of ${buffer.byteLength} bytes.`,
    )
  }
  const view = new DataView(buffer, offset, length)
  let at = 0

  function scalar(tag: number, bytes: number): number {
    need(1 + bytes)
    const found = view.getUint8(at)
    if (found !== tag) {
      throw corrupt(`found ${NAMES[found] ?? `tag ${found}`} at byte ${at}, wanted ${NAMES[tag]}.`)
    }
    at += 1 + bytes
    return at - bytes
  }

  function need(bytes: number): void {
    if (at + bytes > length) throw corrupt(`${length - at} bytes are left at byte ${at}, wanted ${bytes}.`)
  }

  function array(tag: number, elementBytes: number, expectedLength: number | undefined): ArrayBuffer {
    const count = view.getUint32(scalar(tag, 4), true)
    if (expectedLength !== undefined && count !== expectedLength) {
      throw corrupt(`an array of ${count} elements ends at byte ${at}, wanted ${expectedLength}.`)
    }
    at += (elementBytes - (at % elementBytes)) % elementBytes
    need(count * elementBytes)
    at += count * elementBytes
    return buffer.slice(offset + at - count * elementBytes, offset + at)
  }

  return {
    u8: () => view.getUint8(scalar(TAG.u8, 1)),
    u32: () => view.getUint32(scalar(TAG.u32, 4), true),
    f64: () => view.getFloat64(scalar(TAG.f64, 8), true),
    bool() {
      const value = view.getUint8(scalar(TAG.bool, 1))
      if (value > 1) throw corrupt(`a boolean holds ${value} before byte ${at}, wanted 0 or 1.`)
      return value === 1
    },
    str() {
      const octets = array(TAG.str, 1, undefined)
      try {
        return utf8.decode(octets)
      } catch {
        throw corrupt(`the text that ends at byte ${at} is not UTF-8.`)
      }
    },
    f64s: expected => new Float64Array(array(TAG.f64s, 8, expected)),
    u32s: expected => new Uint32Array(array(TAG.u32s, 4, expected)),
    i32s: expected => new Int32Array(array(TAG.i32s, 4, expected)),
    bytes: expected => new Uint8Array(array(TAG.bytes, 1, expected)),
    more: () => at < length,
    end() {
      if (at !== length) throw corrupt(`${length - at} bytes remain after the last value, wanted none.`)
    },
  }
}

function corrupt(detail: string): Error {
  return codedError('CHECKPOINT_CORRUPT', `The checkpoint is corrupt: ${detail}`)
}
