import type { BinaryClassifier, Regressor, Row } from '#learn/online/learner.ts'

/** What a learner's predictions consist of, in one array that is filled anew by each call: base, then the columns. */
export function explanationOf(
  learner: Pick<BinaryClassifier | Regressor, 'explain'>,
): (row: Row) => Float64Array | null {
  if (!learner.explain) return () => null
  let all = new Float64Array(0)
  let contributions = all
  return row => {
    if (contributions.length !== row.length || all.length === 0) {
      all = new Float64Array(1 + row.length)
      contributions = all.subarray(1)
    }
    all[0] = learner.explain?.(row, contributions) as number
    return all
  }
}
