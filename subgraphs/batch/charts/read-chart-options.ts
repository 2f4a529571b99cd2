import { CodedError } from '#subgraphs/coded-error.ts'
import type { ChartKind, ChartOption, ChartOptions, ChartOptionValue } from './chart-kind.ts'

const LONGEST_TEXT = 200
const LONGEST_LIST = 30

/**
 * The options of a chart with defaults filled in and what its kind settles, in the order of the catalogue.
 * @throws CodedError `BAD_USER_INPUT` for unknown names and values of another type or out of bounds.
 */
export function readChartOptions(kind: ChartKind, given: unknown): ChartOptions {
  if (given !== null && given !== undefined && (typeof given !== 'object' || Array.isArray(given))) {
    throw bad(`options of ${kind.kind}: ${JSON.stringify(given).slice(0, 100)} given, an object wanted.`)
  }
  const values = new Map(Object.entries(given ?? {}))
  const options: Record<string, ChartOptionValue> = {}
  for (const option of kind.options) {
    const value: unknown = values.get(option.name)
    options[option.name] = value === undefined || value === null ? option.default : read(kind, option, value)
    values.delete(option.name)
  }
  const [unknown] = values.keys()
  if (unknown !== undefined) {
    const wanted = kind.options.map(({ name }) => name).join(', ') || 'none'
    throw bad(`options.${unknown.slice(0, 100)} of ${kind.kind} is unknown, wanted one of: ${wanted}.`)
  }
  return Object.freeze({ ...options, ...kind.fixed })
}

function read(kind: ChartKind, option: ChartOption, value: unknown): ChartOptionValue {
  const { name, type, choices = [] } = option
  const fail = (wanted: string): never => {
    throw bad(
      `options.${name} of ${kind.kind}: ${JSON.stringify(value)?.slice(0, 100)} given, ${wanted} wanted.`,
    )
  }
  if (type === 'CHOICE') {
    return typeof value === 'string' && choices.includes(value) ? value : fail(`one of ${choices.join(', ')}`)
  }
  if (type === 'TEXT') return isText(value) ? value : fail(`a text of at most ${LONGEST_TEXT} characters`)
  if (type === 'TEXTS') {
    return isList(value, isText)
      ? value
      : fail(`1 to ${LONGEST_LIST} texts of at most ${LONGEST_TEXT} characters`)
  }
  const { min = -Infinity, max = Infinity } = option
  const inBounds = (item: unknown): item is number => typeof item === 'number' && item >= min && item <= max
  if (type === 'NUMBERS') {
    return isList(value, inBounds) ? value : fail(`1 to ${LONGEST_LIST} numbers from ${min} to ${max}`)
  }
  const fits = inBounds(value) && (type === 'NUMBER' || Number.isInteger(value))
  return fits ? value : fail(`${type === 'INTEGER' ? 'an integer' : 'a number'} from ${min} to ${max}`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_TEXT
}

function isList<Item>(value: unknown, isItem: (item: unknown) => item is Item): value is Item[] {
  return Array.isArray(value) && value.length > 0 && value.length <= LONGEST_LIST && value.every(isItem)
}

function bad(message: string): CodedError {
  return new CodedError('BAD_USER_INPUT', message)
}
