import { CodedError } from '#subgraphs/coded-error.ts'
import type { Parameter, Parameters } from './pipeline-parameters.ts'

type Values = Readonly<Record<string, number | string | boolean>>

/**
 * Parameters with their defaults filled in.
 * @throws CodedError `BAD_USER_INPUT` naming what was given and what was wanted.
 */
export function readParameters(spec: Parameters, given: unknown, defaults: Values = {}): Values {
  if (given !== null && given !== undefined && (typeof given !== 'object' || Array.isArray(given))) {
    throw wrong('parameters', given, 'an object')
  }
  const values = (given ?? {}) as Record<string, unknown>
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(spec, name)) throw wrong('parameters', name, `one of ${Object.keys(spec).join(', ')}`)
  }
  return Object.fromEntries(
    Object.entries(spec).map(([name, parameter]) => {
      const own = Object.hasOwn(values, name) ? values[name] : undefined
      return [name, checked(`parameters.${name}`, own ?? defaults[name] ?? parameter.default, parameter)]
    }),
  )
}

function checked(name: string, value: unknown, parameter: Parameter): number | string {
  if (typeof parameter.default === 'string') {
    const choices = 'choices' in parameter ? parameter.choices : null
    if (typeof value === 'string' && (choices === null || choices.includes(value))) return value
    throw wrong(name, value, choices ? `one of ${choices.join(', ')}` : 'text')
  }
  const {
    min = -Infinity,
    max = Infinity,
    integer = false,
  } = parameter as { min?: number; max?: number; integer?: boolean }
  const fits =
    typeof value === 'number' && value >= min && value <= max && (!integer || Number.isInteger(value))
  if (fits && Number.isFinite(value)) return value
  throw wrong(name, value, `${integer ? 'a whole number' : 'a number'} from ${min} to ${max}`)
}

export function wrong(name: string, given: unknown, wanted: string): CodedError {
  const text = typeof given === 'number' ? String(given) : (JSON.stringify(given) ?? String(given))
  const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text
  return new CodedError('BAD_USER_INPUT', `${name}: ${shown} given, ${wanted} wanted.`)
}
