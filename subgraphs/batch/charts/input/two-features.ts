import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartInput } from '../chart-family.ts'
import { rankedFeatures } from './ranked-features.ts'

/**
 * Columns that the options `x` and `y` name, or else the most important ones to the model, numbers before categories.
 * @throws CodedError `BAD_USER_INPUT`.
 */
export function twoFeatures({ run, options }: ChartInput): readonly [x: number, y: number] {
  const names = run.train.columns.map(({ name }) => name)
  if (names.length < 2) {
    throw new CodedError('CHART_DATA_MISSING', `The model has ${names.length} features, wanted at least two.`)
  }
  const given = (['x', 'y'] as const).map(axis => columnOf(names, axis, options.textOrNull(axis)))
  const isNominal = (column: number) => Number(run.train.columns[column]?.kind === 'nominal')
  const others = rankedFeatures(run)
    .filter(column => !given.includes(column))
    .sort((a, b) => isNominal(a) - isNominal(b))
  const [x, y] = given.map(column => column ?? others.shift() ?? 0) as [number, number]
  if (x !== y) return [x, y]
  throw new CodedError('BAD_USER_INPUT', `options.x and options.y are both ${names[x]}, two features wanted.`)
}

function columnOf(names: readonly string[], option: string, name: string | null): number | null {
  if (name === null) return null
  const column = names.indexOf(name)
  if (column >= 0) return column
  throw new CodedError(
    'BAD_USER_INPUT',
    `options.${option}: ${JSON.stringify(name)} given, one of ${names.join(', ')} wanted.`,
  )
}
