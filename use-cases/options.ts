import type { Mode } from './generator.ts'

export type OptionValue = number | boolean | string

/** One setting of a producer, under the name that the reference system gives it. */
export interface OptionSpec {
  readonly type: 'number' | 'integer' | 'boolean' | 'text'
  readonly default: OptionValue
  /** Default in `realistic` mode where it differs. */
  readonly realisticDefault?: OptionValue
  readonly min?: number
  readonly max?: number
  readonly unit?: string
  readonly description: string
}

export type OptionSpecs = Readonly<Record<string, OptionSpec>>

export type OptionsOf<O extends OptionSpecs> = {
  readonly [K in keyof O]: O[K]['type'] extends 'number' | 'integer'
    ? number
    : O[K]['type'] extends 'boolean'
      ? boolean
      : string
}

/**
 * Options with their defaults filled in. Text is read as the type asked for, and `fraud_probability` means
 * `fraud-probability`.
 * @throws Error with code `INVALID_OPTION` naming option, value and expectation.
 */
export function resolveOptions<O extends OptionSpecs>(
  specs: O,
  mode: Mode,
  given: Readonly<Record<string, unknown>> = {},
): OptionsOf<O> {
  const resolved: Record<string, OptionValue> = {}
  for (const [name, spec] of Object.entries(specs)) {
    resolved[name] = mode === 'realistic' ? (spec.realisticDefault ?? spec.default) : spec.default
  }
  for (const [written, value] of Object.entries(given)) {
    const name = written.replaceAll('_', '-')
    if (!Object.hasOwn(specs, name)) {
      throw invalid(`There is no option "${written}"; wanted one of ${Object.keys(specs).join(', ')}.`)
    }
    resolved[name] = read(name, specs[name] as OptionSpec, value)
  }
  return resolved as OptionsOf<O>
}

function read(name: string, spec: OptionSpec, value: unknown): OptionValue {
  const parsed = convert(spec, value)
  if (parsed === null) {
    throw invalid(`Option "${name}" was given ${JSON.stringify(value)}; wanted ${describe(spec)}.`)
  }
  return parsed
}

function convert(spec: OptionSpec, value: unknown): OptionValue | null {
  if (spec.type === 'text') return typeof value === 'string' ? value : null
  if (spec.type === 'boolean') {
    if (typeof value === 'boolean') return value
    return value === 'true' ? true : value === 'false' ? false : null
  }
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof parsed !== 'number' || !Number.isFinite(parsed)) return null
  if (spec.type === 'integer' && !Number.isInteger(parsed)) return null
  const { min = -Infinity, max = Infinity } = spec
  return parsed >= min && parsed <= max ? parsed : null
}

function describe({ type, min, max, unit }: OptionSpec): string {
  if (type === 'text') return 'text'
  if (type === 'boolean') return 'true or false'
  const range = [min === undefined ? '' : ` from ${min}`, max === undefined ? '' : ` up to ${max}`].join('')
  return `${type === 'integer' ? 'an integer' : 'a number'}${range}${unit ? ` (${unit})` : ''}`
}

function invalid(message: string): Error {
  return Object.assign(new Error(message), { code: 'INVALID_OPTION' })
}
