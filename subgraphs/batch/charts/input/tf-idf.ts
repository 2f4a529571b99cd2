import { wordCounts } from './word-counts.ts'

/**
 * Texts as vectors of length 1 over their most frequent words: count times ln((1 + n) / (1 + texts with the word)) + 1, as scikit-learn
 * has it. Texts without any of those words are left out.
 */
export function tfIdf(
  texts: readonly (readonly string[])[],
  mostWords: number,
): { data: Float64Array; width: number; rows: number[] } {
  const words = wordCounts(texts)
    .slice(0, mostWords)
    .map(([word]) => word)
  const place = new Map(words.map((word, i) => [word, i]))
  const width = words.length
  const holding = new Float64Array(width)
  for (const text of texts) {
    for (const word of new Set(text)) {
      const at = place.get(word)
      if (at !== undefined) holding[at] = (holding[at] as number) + 1
    }
  }
  const weights = holding.map(count => Math.log((1 + texts.length) / (1 + count)) + 1)
  const rows = [...texts.keys()].filter(row => texts[row]?.some(word => place.has(word)))
  const data = new Float64Array(rows.length * width)
  rows.forEach((row, i) => {
    const vector = data.subarray(i * width, (i + 1) * width)
    for (const word of texts[row] ?? []) {
      const at = place.get(word)
      if (at !== undefined) vector[at] = (vector[at] as number) + (weights[at] as number)
    }
    const length = Math.hypot(...vector)
    vector.forEach((value, c) => {
      vector[c] = value / length
    })
  })
  return { data, width, rows }
}
