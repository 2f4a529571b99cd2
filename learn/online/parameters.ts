import { codedError } from '../coded-error.ts'
import type { StateReader } from '../state/reader.ts'
import type { StateWriter } from '../state/writer.ts'
import type { ParameterValue } from './learner-options.ts'

/** A parameter of a learner: its default decides the type, numbers may be bounded. */
export interface NumberParameter {
  default: number
  min?: number
  max?: number
  integer?: boolean
}

export interface TextParameter {
  default: string
}

export type ParameterSpec = Readonly<Record<string, NumberParameter | TextParameter>>
export type ParameterValues<Spec extends ParameterSpec> = {
  readonly [Name in keyof Spec]: Spec[Name] extends NumberParameter ? number : string
}

/** The learner's parameters with defaults filled in. Throws INVALID_PARAMETER for unknown names and impossible values. */
export function readParameters<Spec extends ParameterSpec>(
  learner: string,
  spec: Spec,
  given: Readonly<Record<string, ParameterValue>> = {},
): ParameterValues<Spec> {
  const values: Record<string, ParameterValue> = {}
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(spec, name)) {
      throw invalid(learner, name, `is unknown, wanted one of ${Object.keys(spec).join(', ')}`)
    }
  }
  for (const [name, wanted] of Object.entries(spec)) {
    const value = given[name] ?? wanted.default
    if (typeof value !== typeof wanted.default) {
      throw invalid(learner, name, `is ${JSON.stringify(value)}, wanted a ${typeof wanted.default}`)
    }
    if (typeof value === 'number' && isNumber(wanted)) checkRange(learner, name, value, wanted)
    values[name] = value
  }
  return Object.freeze(values) as ParameterValues<Spec>
}

export function saveParameters(
  out: StateWriter,
  spec: ParameterSpec,
  values: ParameterValues<ParameterSpec>,
): void {
  for (const name of Object.keys(spec)) {
    const value = values[name]
    if (typeof value === 'number') out.f64(value)
    else out.str(value)
  }
}

export function loadParameters<Spec extends ParameterSpec>(
  input: StateReader,
  learner: string,
  spec: Spec,
): ParameterValues<Spec> {
  const given: Record<string, ParameterValue> = {}
  for (const [name, wanted] of Object.entries(spec))
    given[name] = isNumber(wanted) ? input.f64() : input.str()
  return readParameters(learner, spec, given)
}

function isNumber(parameter: NumberParameter | TextParameter): parameter is NumberParameter {
  return typeof parameter.default === 'number'
}

function checkRange(
  learner: string,
  name: string,
  value: number,
  { min = -Infinity, max = Infinity, integer = false }: NumberParameter,
): void {
  if (value >= min && value <= max && Number.isFinite(value) && (!integer || Number.isInteger(value))) return
  const kind = integer ? 'an integer' : 'a number'
  throw invalid(learner, name, `is ${value}, wanted ${kind} from ${min} to ${max}`)
}

function invalid(learner: string, name: string, problem: string): Error {
  return codedError('INVALID_PARAMETER', `Parameter ${name} of ${learner} ${problem}.`)
}
