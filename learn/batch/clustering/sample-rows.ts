import type { Random } from '../../math/random.ts'

/** Rows drawn without replacement, ascending; all if there are no more (selection sampling, Knuth 3.4.2 S). */
export function sampleRows(rows: number, wanted: number, random: Random): Int32Array {
  const drawn = new Int32Array(Math.min(rows, wanted))
  for (let row = 0, taken = 0; taken < drawn.length; row++) {
    if ((rows - row) * random.next() < drawn.length - taken) drawn[taken++] = row
  }
  return drawn
}
