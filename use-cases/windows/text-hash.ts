/**
 * 64 well-mixed bits of a text into `out[0]` and `out[1]`: two FNV-1a passes over its UTF-16 units with different offsets
 * and primes (Fowler, Noll and Vo), each finished by the mixer of MurmurHash3 (Appleby 2011). Not cryptographic.
 */
export function hashText(text: string, out: Uint32Array): void {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x01000197) + 0x7ed55d16
  }
  out[0] = mix(a)
  out[1] = mix(b ^ text.length)
}

function mix(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
