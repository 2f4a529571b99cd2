/**
 * FNV-1a of 64 bits over bytes, as `[high, low]` words. Finds damage, not forgery: every single flipped bit changes it. Fowler, Noll
 * and Vo, "The FNV non-cryptographic hash algorithm".
 */
export function fnv1a64Bytes(bytes: Uint8Array): [high: number, low: number] {
  let high = 0xcbf29ce4
  let low = 0x84222325
  for (let i = 0; i < bytes.length; i++) {
    low = (low ^ bytes[i]) >>> 0
    // The prime is 2^40 + 435: low * 435 stays below 2^41, exact in a double.
    const product = low * 435
    high = (Math.imul(high, 435) + Math.floor(product / 4294967296) + (low << 8)) >>> 0
    low = product >>> 0
  }
  return [high, low]
}
