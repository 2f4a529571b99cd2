import type { Dataset } from '../dataset.ts'
import type { LinearDesign } from './linear-design.ts'
import type { LinearTerms } from './linear-scorer.ts'

/** Coefficients of a design as terms of columns, each relative to its mean over the training rows. */
export function linearTerms(
  data: Dataset,
  { columns, width }: LinearDesign,
  weights: Float64Array,
): LinearTerms {
  let base = weights[width - 1]
  const terms = columns.map(({ mean, deviation, number, coordinates }, index) => {
    const own = data.values[index]
    const isNumber = data.columns[index].kind === 'numeric'
    const slope = number < 0 ? 0 : weights[number] / deviation
    const table = Float64Array.from(coordinates, coordinate => (coordinate < 0 ? 0 : weights[coordinate]))
    const valueOf = (value: number) => {
      if (!isNumber) return table[value + 1]
      return Number.isFinite(value) ? slope * (value - mean) : table[0]
    }
    let [average, squares] = [0, 0]
    for (let row = 0; row < data.rows; row++) {
      const value = valueOf(own[row])
      const step = value - average
      average += step / (row + 1)
      squares += step * (value - average)
    }
    base += average
    return {
      slope,
      mean: isNumber ? mean : 0,
      present: isNumber ? -average : 0,
      // A category that training never saw adds nothing.
      table: table.map((value, at) => (isNumber || coordinates[at] >= 0 ? value - average : 0)),
      deviation: Math.sqrt(squares / data.rows),
    }
  })
  return { base, terms }
}
