/** Characters of a text that is kept as it is, and of the beginning that a longer one keeps. */
const LONGEST = 128
const BEGINNING = 64

/**
 * What stands for a text where it is kept as a key: the text itself, or for a long one its beginning, its length and a
 * 64-bit hash, so that what is kept per text is bounded. Lone surrogates become U+FFFD, as they do in a saved state.
 */
export function shortKey(text: string): string {
  if (text.length > LONGEST) return shorten(text)
  return text.isWellFormed() ? text : text.toWellFormed()
}

function shorten(text: string): string {
  // A slice would keep the whole text alive.
  const codes = Array.from({ length: BEGINNING }, (_, index) => text.charCodeAt(index))
  return `${String.fromCharCode(...codes).toWellFormed()}…${text.length}:${hash64(text)}`
}

/** Two FNV-1a passes of 32 bits with different offsets and primes, in hexadecimal. */
function hash64(text: string): string {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x01000197) + 0x7ed55d16
  }
  return [a, b].map(half => (half >>> 0).toString(16).padStart(8, '0')).join('')
}
