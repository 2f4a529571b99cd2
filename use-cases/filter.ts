import type { UseCase } from './define.ts'
import type { Field, Fields } from './fields.ts'
import type { JsonEvent } from './generator.ts'
import { camelCase, typeNames } from './names.ts'
import { parseTimestamp } from './timestamp.ts'

export interface FilteredPrediction {
  score: number
  detail: Readonly<Record<string, unknown>>
}

export type EventPredicate = (event: JsonEvent, prediction: FilteredPrediction) => boolean

type Test = (value: unknown) => boolean
type Given = Readonly<Record<string, unknown>>

/**
 * Compiles an `EventFilter` (`{ tfd: { amount: { gt: 500 }, flagged: true } }`) into a predicate; all conditions must
 * hold. A comparison with a value that is null or absent fails, except `ne` and `isNull`.
 * @throws Error with code `INVALID_FILTER` if the filter is for another use case or names what is not there.
 */
export function compileEventFilter(useCase: UseCase, where: Given | null | undefined): EventPredicate {
  if (where === null || where === undefined) return () => true
  const { member } = typeNames(useCase)
  const others = Object.keys(where).filter(name => name !== member)
  if (others.length > 0) {
    throw invalid(`The filter is for "${others.join('", "')}"; wanted "${member}", the use case asked for.`)
  }
  const { score, flagged, ...conditions } = (where[member] ?? {}) as Record<string, unknown>
  const event = compileFields(useCase.fields, conditions, member)
  const scoreTest = score ? compileTest(score as Given, plain, `${member}.score`) : null
  if (flagged !== undefined && useCase.task !== 'classification') {
    throw invalid(`The filter has "${member}.flagged"; wanted it only where predictions are flagged.`)
  }
  const wantsFlag = typeof flagged === 'boolean' ? flagged : null
  return (candidate, prediction) =>
    (wantsFlag === null || prediction.detail['flagged'] === wantsFlag) &&
    (scoreTest === null || scoreTest(prediction.score)) &&
    event(candidate)
}

function compileFields(fields: Fields, given: Given, path: string): (event: JsonEvent) => boolean {
  const byName = new Map(Object.keys(fields).map(name => [camelCase(name), name]))
  const tests = Object.entries(given)
    .filter(([, condition]) => condition !== null && condition !== undefined)
    .map(([name, condition]) => {
      const json = byName.get(name)
      if (json === undefined) throw invalid(`The filter has "${path}.${name}"; wanted a field of the event.`)
      return [json, compileField(fields[json] as Field, condition as Given, `${path}.${name}`)] as const
    })
  return event => {
    for (const [name, test] of tests) if (!test(event[name])) return false
    return true
  }
}

function compileField(field: Field, condition: Given, path: string): Test {
  if (field.fields) {
    const inner = compileFields(field.fields, condition, path)
    return value => typeof value === 'object' && value !== null && inner(value as JsonEvent)
  }
  return compileTest(condition, field.kind === 'timestamp' ? instant : plain, path)
}

/** Turns values into what comparisons can compare; NaN and null compare false. */
type Reader = (value: unknown) => unknown

const plain: Reader = value => value
const instant: Reader = value => {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'string' ? parseTimestamp(value) : value
}

function compileTest(condition: Given, read: Reader, path: string): Test {
  const tests = Object.entries(condition)
    .filter(([, operand]) => operand !== null && operand !== undefined)
    .map(([operator, operand]) => {
      const make = Object.hasOwn(operators, operator) ? operators[operator as keyof typeof operators] : null
      if (!make) {
        const wanted = Object.keys(operators).join(', ')
        throw invalid(`The filter has "${path}.${operator}"; wanted one of ${wanted}.`)
      }
      return make(Array.isArray(operand) ? operand.map(read) : read(operand))
    })
  return given => {
    const value = given === undefined ? null : read(given)
    for (const test of tests) if (!test(value)) return false
    return true
  }
}

const isPresent = (value: unknown) => value !== null

const operators = {
  eq:
    (wanted: unknown): Test =>
    value =>
      value === wanted,
  ne:
    (wanted: unknown): Test =>
    value =>
      value !== wanted,
  in: (wanted: unknown): Test => {
    const list = new Set(Array.isArray(wanted) ? wanted : [wanted])
    return value => list.has(value)
  },
  gt:
    (wanted: unknown): Test =>
    value =>
      isPresent(value) && (value as number) > (wanted as number),
  gte:
    (wanted: unknown): Test =>
    value =>
      isPresent(value) && (value as number) >= (wanted as number),
  lt:
    (wanted: unknown): Test =>
    value =>
      isPresent(value) && (value as number) < (wanted as number),
  lte:
    (wanted: unknown): Test =>
    value =>
      isPresent(value) && (value as number) <= (wanted as number),
  contains:
    (wanted: unknown): Test =>
    value =>
      typeof value === 'string' && value.includes(wanted as string),
  isNull:
    (wanted: unknown): Test =>
    value =>
      isPresent(value) !== wanted,
}

function invalid(message: string): Error {
  return Object.assign(new Error(message), { code: 'INVALID_FILTER' })
}
