const K0 = 0xc3a5c85c97cb3127n
const K1 = 0xb492b66fbe98f273n
const K2 = 0x9ae16a3b2f90404fn
const K3 = 0xc949d7c7509e6557n
const MUL = 0x9ddfea08eb382d69n

type Pair = readonly [bigint, bigint]

/**
 * CityHash64 of version 1.0, which CatBoost hashes categories with; later versions of CityHash give other values.
 * Source: Pike and Alakuijala, CityHash 1.0.3, city.cc; CatBoost, util/digest/city.cpp.
 */
export function cityHash64(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length <= 16) return upTo16(view)
  if (bytes.length <= 32) return upTo32(view)
  return bytes.length <= 64 ? upTo64(view) : beyond64(view)
}

function upTo16(s: DataView): bigint {
  const length = s.byteLength
  if (length > 8) {
    const a = word(s, 0)
    const b = word(s, length - 8)
    return combine(a, rotate(wrap(b + BigInt(length)), length)) ^ b
  }
  if (length >= 4) {
    const a = BigInt(s.getUint32(0, true))
    return combine(BigInt(length) + (a << 3n), BigInt(s.getUint32(length - 4, true)))
  }
  if (length === 0) return K2
  const y = BigInt(s.getUint8(0)) + (BigInt(s.getUint8(length >> 1)) << 8n)
  const z = BigInt(length) + (BigInt(s.getUint8(length - 1)) << 2n)
  return wrap(mix(wrap(y * K2) ^ wrap(z * K3)) * K2)
}

function upTo32(s: DataView): bigint {
  const length = s.byteLength
  const a = wrap(word(s, 0) * K1)
  const b = word(s, 8)
  const c = wrap(word(s, length - 8) * K2)
  const d = wrap(word(s, length - 16) * K0)
  return combine(
    wrap(rotate(wrap(a - b), 43) + rotate(c, 30) + d),
    wrap(a + rotate(b ^ K3, 20) - c + BigInt(length)),
  )
}

function upTo64(s: DataView): bigint {
  const length = s.byteLength
  const v = half(s, 0, word(s, 24), wrap(word(s, 0) + (BigInt(length) + word(s, length - 16)) * K0))
  const w = half(s, length - 32, word(s, length - 8), wrap(word(s, 16) + word(s, length - 32)))
  const r = mix(wrap((v[0] + w[1]) * K2 + (w[0] + v[1]) * K0))
  return wrap(mix(wrap(r * K0 + v[1])) * K2)
}

/** The sums over 32 bytes that `upTo64` takes twice, begun with `a`. */
function half(s: DataView, at: number, z: bigint, begun: bigint): Pair {
  let a = begun
  const b = rotate(wrap(a + z), 52)
  let c = rotate(a, 37)
  a = wrap(a + word(s, at + 8))
  c = wrap(c + rotate(a, 7))
  a = wrap(a + word(s, at + 16))
  return [wrap(a + z), wrap(b + rotate(a, 31) + c)]
}

function beyond64(s: DataView): bigint {
  const length = s.byteLength
  let x = word(s, 0)
  let y = word(s, length - 16) ^ K1
  let z = word(s, length - 56) ^ K0
  let v = weak(s, length - 64, BigInt(length), y)
  let w = weak(s, length - 32, wrap(BigInt(length) * K1), K0)
  z = wrap(z + mix(v[1]) * K1)
  x = wrap(rotate(wrap(z + x), 39) * K1)
  y = wrap(rotate(y, 33) * K1)
  const end = (length - 1) & ~63
  for (let at = 0; at < end; at += 64) {
    x = wrap(rotate(wrap(x + y + v[0] + word(s, at + 16)), 37) * K1) ^ w[1]
    y = wrap(rotate(wrap(y + v[1] + word(s, at + 48)), 42) * K1) ^ v[0]
    z = rotate(z ^ w[0], 33)
    v = weak(s, at, wrap(v[1] * K1), wrap(x + w[0]))
    w = weak(s, at + 32, wrap(z + w[1]), y)
    ;[x, z] = [z, x]
  }
  return combine(wrap(combine(v[0], w[0]) + mix(y) * K1 + z), wrap(combine(v[1], w[1]) + x))
}

/** WeakHashLen32WithSeeds. */
function weak(s: DataView, at: number, seedA: bigint, seedB: bigint): Pair {
  const z = word(s, at + 24)
  const start = wrap(seedA + word(s, at))
  const b = rotate(wrap(seedB + start + z), 21)
  const a = wrap(start + word(s, at + 8) + word(s, at + 16))
  return [wrap(a + z), wrap(b + rotate(a, 44) + start)]
}

/** HashLen16. */
function combine(u: bigint, v: bigint): bigint {
  const a = mix(wrap((u ^ v) * MUL))
  return wrap(mix(wrap((v ^ a) * MUL)) * MUL)
}

function mix(value: bigint): bigint {
  return value ^ (value >> 47n)
}

function rotate(value: bigint, by: number): bigint {
  return wrap((value >> BigInt(by)) | (value << BigInt(64 - by)))
}

function wrap(value: bigint): bigint {
  return BigInt.asUintN(64, value)
}

function word(s: DataView, at: number): bigint {
  return s.getBigUint64(at, true)
}
