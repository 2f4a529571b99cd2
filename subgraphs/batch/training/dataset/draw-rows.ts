import { createRandom } from '#learn/math/random.ts'

/**
 * Indices of `wanted` of the rows, ascending, drawn without replacement (selection sampling, Knuth, TAOCP 3.4.2 S). Null where there are no
 * more than that: then all are meant.
 */
export function drawRows(rows: number, wanted: number, seed: number): Int32Array | null {
  if (rows <= wanted) return null
  const random = createRandom(`rows/${seed}`)
  const drawn = new Int32Array(wanted)
  let taken = 0
  for (let row = 0; taken < wanted; row++) {
    if ((rows - row) * random.next() < wanted - taken) drawn[taken++] = row
  }
  return drawn
}
