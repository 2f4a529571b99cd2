import { fnv1a64 } from '../math/fnv1a64.ts'

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

/** In hexadecimal. */
function hash64(text: string): string {
  const halves = new Uint32Array(2)
  fnv1a64(text, halves)
  return Array.from(halves, half => half.toString(16).padStart(8, '0')).join('')
}
