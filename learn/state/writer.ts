import { TAG } from './tags.ts'

/**
 * Writes numeric state into one ArrayBuffer: every value is a one-byte type tag and its bytes, little endian. The
 * elements of arrays start at a multiple of their size counted from the start of the state, so that bulk copies
 * stay aligned. Read back by `createStateReader` with the same sequence of calls.
 */
export interface StateWriter {
  u8(value: number): void
  u32(value: number): void
  f64(value: number): void
  bool(value: boolean): void
  str(value: string): void
  f64s(values: Float64Array): void
  u32s(values: Uint32Array): void
  i32s(values: Int32Array): void
  bytes(values: Uint8Array): void
  /** Everything written so far, as a buffer of exactly that length. */
  finish(): ArrayBuffer
}

const utf8 = new TextEncoder()

export function createStateWriter({ initialBytes = 4096 }: { initialBytes?: number } = {}): StateWriter {
  let buffer = new ArrayBuffer(initialBytes)
  let view = new DataView(buffer)
  let octets = new Uint8Array(buffer)
  let at = 0

  function room(bytes: number): void {
    if (at + bytes <= buffer.byteLength) return
    buffer = buffer.transfer(Math.max(at + bytes, 2 * buffer.byteLength))
    view = new DataView(buffer)
    octets = new Uint8Array(buffer)
  }

  function tagged(tag: number, bytes: number): number {
    room(1 + bytes)
    octets[at] = tag
    const start = at + 1
    at = start + bytes
    return start
  }

  function array(tag: number, values: Uint8Array, length: number, elementBytes: number): void {
    // Not in one expression: making room may replace the view.
    const start = tagged(tag, 4)
    view.setUint32(start, length, true)
    const padding = (elementBytes - (at % elementBytes)) % elementBytes
    room(padding + values.length)
    octets.fill(0, at, at + padding)
    octets.set(values, at + padding)
    at += padding + values.length
  }

  return {
    u8(value) {
      const start = tagged(TAG.u8, 1)
      view.setUint8(start, value)
    },
    u32(value) {
      const start = tagged(TAG.u32, 4)
      view.setUint32(start, value, true)
    },
    f64(value) {
      const start = tagged(TAG.f64, 8)
      view.setFloat64(start, value, true)
    },
    bool(value) {
      const start = tagged(TAG.bool, 1)
      view.setUint8(start, value ? 1 : 0)
    },
    str(value) {
      const encoded = utf8.encode(value)
      array(TAG.str, encoded, encoded.length, 1)
    },
    f64s: values => array(TAG.f64s, octetsOf(values), values.length, 8),
    u32s: values => array(TAG.u32s, octetsOf(values), values.length, 4),
    i32s: values => array(TAG.i32s, octetsOf(values), values.length, 4),
    bytes: values => array(TAG.bytes, values, values.length, 1),
    finish: () => buffer.slice(0, at),
  }
}

// Node runs on little-endian processors only, so memory order is file order.
function octetsOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
