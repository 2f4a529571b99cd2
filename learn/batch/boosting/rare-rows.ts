/** A class is rare below this share of the rows. */
const RARE = 0.2
/** Fewer rows say little about where they lie. */
const FEWEST = 100

/** The rows of the rarer class of labels 0 and 1, ascending; null where neither is rare, or too few rows are of it. */
export function rareRows(labels: Float64Array): Uint32Array | null {
  let positives = 0
  for (const label of labels) positives += label
  const rare = positives <= labels.length / 2 ? 1 : 0
  const count = rare === 1 ? positives : labels.length - positives
  if (count < FEWEST || count >= RARE * labels.length) return null
  const rows = new Uint32Array(count)
  let at = 0
  for (let row = 0; row < labels.length; row++) if (labels[row] === rare) rows[at++] = row
  return rows
}
