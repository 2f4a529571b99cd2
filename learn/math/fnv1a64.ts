/**
 * Two FNV-1a passes of 32 bits over the UTF-16 units of a text, with different offsets and primes, into `out[0]` and
 * `out[1]`. Not cryptographic. Fowler, Noll and Vo, "The FNV non-cryptographic hash algorithm".
 */
export function fnv1a64(text: string, out: Uint32Array): void {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x01000197) + 0x7ed55d16
  }
  out[0] = a
  out[1] = b
}
