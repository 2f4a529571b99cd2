import type { Dataset } from '#learn/batch/dataset.ts'

/** A nominal column with more categories than this share of the rows identifies rows, and says nothing about others. */
const UNIQUE_SHARE = 0.5
/** Below so many rows many categories are chance. */
const UNIQUE_ROWS = 200

export interface SelectedColumns {
  readonly data: Dataset
  /** For people: what was left out and why. */
  readonly notes: readonly string[]
}

/** Leaves out the columns from whose first `rows` rows nothing can be learnt: constant, missing throughout, or unique to each row. */
export function selectColumns(data: Dataset, rows: number): SelectedColumns {
  const notes: string[] = []
  const kept = data.columns.flatMap(({ name, kind }, index) => {
    const values = data.values[index] as Float64Array | Int32Array
    const problem = kind === 'numeric' ? problemOfNumbers(values, rows) : problemOfCodes(values, rows)
    if (problem === null) return [index]
    notes.push(`Column ${name} is left out: ${problem}.`)
    return []
  })
  return {
    notes,
    data: {
      rows: data.rows,
      columns: kept.map(index => data.columns[index] as Dataset['columns'][number]),
      values: kept.map(index => data.values[index] as Float64Array | Int32Array),
    },
  }
}

function problemOfNumbers(values: ArrayLike<number>, rows: number): string | null {
  const first = values[0] as number
  for (let row = 1; row < rows; row++) if (!Object.is(values[row], first)) return null
  return Number.isNaN(first) ? 'it is missing in all training rows' : `it is ${first} in all training rows`
}

function problemOfCodes(values: ArrayLike<number>, rows: number): string | null {
  const seen = new Set<number>()
  for (let row = 0; row < rows; row++) seen.add(values[row] as number)
  if (seen.size === 1) {
    return seen.has(-1) ? 'it is missing in all training rows' : 'it has one value in all training rows'
  }
  if (rows < UNIQUE_ROWS || seen.size <= UNIQUE_SHARE * rows) return null
  return `it has ${seen.size} values in ${rows} training rows, which identify them`
}
