/**
 * CRC-32C (Castagnoli) of `data[start, end)`, as in RFC 3720 appendix B.4; node:zlib offers only the IEEE polynomial.
 * Slicing-by-8: M. E. Kounavis and F. L. Berry, "A systematic approach to building high performance software-based
 * CRC generators", ISCC 2005.
 */
export const crc32c = (data: Uint8Array, start = 0, end = data.length): number => {
  let crc = -1
  let i = start
  // Aligned, so that the middle can be read as whole words of the platform's (little-endian) order.
  const aligned = Math.min(end, i + ((4 - ((data.byteOffset + i) & 3)) & 3))
  while (i < aligned) crc = (crc >>> 8) ^ T0[(crc ^ data[i++]!) & 0xff]!
  const words = LITTLE_ENDIAN ? (end - i) >>> 3 : 0
  if (words > 0) {
    const view = new Int32Array(data.buffer, data.byteOffset + i, words * 2)
    for (let w = 0; w < view.length; w += 2) {
      const a = crc ^ view[w]!
      const b = view[w + 1]!
      crc =
        T7[a & 0xff]! ^
        T6[(a >>> 8) & 0xff]! ^
        T5[(a >>> 16) & 0xff]! ^
        T4[a >>> 24]! ^
        T3[b & 0xff]! ^
        T2[(b >>> 8) & 0xff]! ^
        T1[(b >>> 16) & 0xff]! ^
        T0[b >>> 24]!
    }
    i += words * 8
  }
  while (i < end) crc = (crc >>> 8) ^ T0[(crc ^ data[i++]!) & 0xff]!
  return ~crc >>> 0
}

const POLYNOMIAL = 0x82f63b78
const LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1

/** The table that carries a byte over one zero byte more than `previous` does. */
const nextTable = (previous: Int32Array): Int32Array =>
  previous.map(value => (value >>> 8) ^ T0[value & 0xff]!)

const T0 = new Int32Array(256).map((_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
  return value
})
const T1 = nextTable(T0)
const T2 = nextTable(T1)
const T3 = nextTable(T2)
const T4 = nextTable(T3)
const T5 = nextTable(T4)
const T6 = nextTable(T5)
const T7 = nextTable(T6)
