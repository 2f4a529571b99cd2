/** MurmurHash3's 32-bit finalizer: every bit of the input changes about half of the bits of the result. */
export function mix32(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
