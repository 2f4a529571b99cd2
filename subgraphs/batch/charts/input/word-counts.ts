/** How often each word occurs, most frequent first, equals in alphabetical order. */
export function wordCounts(texts: readonly (readonly string[])[]): [word: string, count: number][] {
  const counts = new Map<string, number>()
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
}
