import { createRandom } from '#learn/math/random.ts'

/** An even sample of texts from a stream of unknown length: reservoir sampling (Vitter 1985, algorithm R). */
export interface TextSample {
  add(row: number, text: unknown): void
  /** In the order of rows. */
  finish(): { row: number; text: string }[]
}

const MOST = 2000
/** Shorter ones say nothing; the reference system leaves them out as well. */
const SHORTEST = 3

export function createTextSample(seed: number): TextSample {
  const random = createRandom(`texts/${seed}`)
  const held: { row: number; text: string }[] = []
  let seen = 0
  return {
    add(row, text) {
      if (typeof text !== 'string' || text.length < SHORTEST) return
      seen++
      if (held.length < MOST) held.push({ row, text })
      else {
        const place = random.below(seen)
        if (place < MOST) held[place] = { row, text }
      }
    },
    finish: () => held.toSorted((a, b) => a.row - b.row),
  }
}
