/** Code points kept of a text in statistics, as in Delta's own writers. */
const BOUND_LENGTH = 32

/** A text that is not greater than the given one (in the order of UTF-8 bytes); null if there is none that JSON can hold. */
export const lowerTextBound = (text: string): string | null => {
  if (!text.isWellFormed()) return null
  const points = firstPoints(text)
  return points.length <= BOUND_LENGTH ? text : points.slice(0, BOUND_LENGTH).join('')
}

/** A text that is not less than the given one (in the order of UTF-8 bytes); null if there is none of that length. */
export const upperTextBound = (text: string): string | null => {
  if (!text.isWellFormed()) return null
  const points = firstPoints(text)
  if (points.length <= BOUND_LENGTH) return text
  for (let last = BOUND_LENGTH - 1; last >= 0; last--) {
    const next = codePointAfter(points[last]?.codePointAt(0) ?? 0)
    // Where the last one can't be raised, the shorter prefix can: it is greater than all texts that begin with it.
    if (next !== null) return points.slice(0, last).join('') + String.fromCodePoint(next)
  }
  return null
}

/** One more than are kept, without walking through the rest of a long text. */
const firstPoints = (text: string): string[] =>
  Array.from(text.slice(0, 2 * (BOUND_LENGTH + 1))).slice(0, BOUND_LENGTH + 1)

const codePointAfter = (point: number): number | null => {
  if (point === 0x10ffff) return null
  // Surrogates are no characters.
  return point === 0xd7ff ? 0xe000 : point + 1
}
