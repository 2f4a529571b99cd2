import { isTimestamp } from './timestamp.ts'

export type FieldKind = 'id' | 'text' | 'category' | 'number' | 'integer' | 'flag' | 'timestamp' | 'object'

/** `later`: known only after the fact (a label, a cause), so no feature may read it. */
export type Availability = 'event' | 'later'

/** `nullable`: null or absent, both read as null. `optional`: may be absent; null reads as absent. */
export type Presence = 'required' | 'nullable' | 'optional'

/** What a value usually looks like: documentation, forms, generators. Never a reason to refuse an event. */
export interface Domain {
  readonly values?: readonly (string | number)[]
  readonly min?: number
  readonly max?: number
}

/** One field of an event, at every place it appears: TypeScript, JSON, GraphQL, the lake, forms and documents. */
export interface Field<T = unknown, A extends Availability = Availability, P extends Presence = Presence> {
  readonly kind: FieldKind
  readonly description: string
  readonly unit: string | null
  readonly domain: Domain
  /** Bounds outside which a value is physically impossible: an event that breaks them is refused. */
  readonly limits: { readonly min: number; readonly max: number } | null
  readonly presence: P
  readonly availability: A
  /** True for the hidden causes that only `parity` mode shows. */
  readonly debug: boolean
  /** Named GraphQL type without `!`; null for an object, whose name comes from the use case and the field. */
  readonly graphqlType: string | null
  /** DuckDB column type. */
  readonly lakeType: string
  /** Members of an object field. */
  readonly fields: Fields | null
  /** What a JSON value must be, in words: "a finite number". */
  readonly wanted: string
  /** Whether a JSON value that is neither null nor absent is well typed. For objects: is it a JSON object. */
  accepts(value: unknown): boolean
  /** Never present at run time: carries the TypeScript type. */
  readonly '~type'?: T
}

export type Fields = Readonly<Record<string, Field>>

export type ValueOf<F> =
  F extends Field<infer T, Availability, infer P> ? (P extends 'nullable' ? T | null : T) : never

/** The event that a set of fields describes. */
export type EventOf<F extends Fields> = Flat<
  { [K in keyof F as F[K] extends Field<unknown, Availability, 'optional'> ? never : K]: ValueOf<F[K]> } & {
    [K in keyof F as F[K] extends Field<unknown, Availability, 'optional'> ? K : never]?: ValueOf<F[K]>
  }
>

/** The part of an event that is known when it happens: all that a feature may read. */
export type KnownEventOf<F extends Fields> = EventOf<{
  [K in keyof F as F[K] extends Field<unknown, 'later', Presence> ? never : K]: F[K]
}>

type Flat<T> = { [K in keyof T]: T[K] }
type Required<T> = Field<T, 'event', 'required'>

interface NumericDetails {
  unit?: string
  domain?: readonly [number, number]
  limits?: readonly [number, number]
}

const int32 = { min: -(2 ** 31), max: 2 ** 31 - 1 }

/** An identifier: non-empty text, never a feature by itself. */
export const id = (description: string): Required<string> =>
  define({
    kind: 'id',
    description,
    graphqlType: 'ID',
    lakeType: 'VARCHAR',
    wanted: 'non-empty text',
    accepts: value => typeof value === 'string' && value !== '',
  })

export const text = (description: string): Required<string> =>
  define({
    kind: 'text',
    description,
    graphqlType: 'String',
    lakeType: 'VARCHAR',
    wanted: 'text',
    accepts: isText,
  })

/** A category. Values outside the list are valid: new categories happen, and a model must cope. */
export const oneOf = (values: readonly string[], description: string): Required<string> =>
  define({
    kind: 'category',
    description,
    graphqlType: 'String',
    lakeType: 'VARCHAR',
    wanted: 'text',
    domain: { values },
    accepts: isText,
  })

/** A finite double. */
export const number = (description: string, details: NumericDetails = {}): Required<number> =>
  define({
    kind: 'number',
    description,
    graphqlType: 'Float',
    lakeType: 'DOUBLE',
    ...numeric('a finite number', details),
  })

/** A 32-bit signed integer. */
export const integer = (description: string, details: NumericDetails = {}): Required<number> => {
  const { accepts, ...rest } = numeric('a 32-bit integer', details)
  return define({
    kind: 'integer',
    description,
    graphqlType: 'Int',
    lakeType: 'INTEGER',
    ...rest,
    accepts: value => accepts(value) && Number.isInteger(value) && isWithin(value as number, int32),
  })
}

/** An integer that stands for yes (1) or no (0), as labels do. */
export const binary = (description: string): Required<number> =>
  define({
    kind: 'integer',
    description,
    graphqlType: 'Int',
    lakeType: 'INTEGER',
    wanted: '0 or 1',
    domain: { values: [0, 1], min: 0, max: 1 },
    limits: { min: 0, max: 1 },
    accepts: value => value === 0 || value === 1,
  })

export const flag = (description: string): Required<boolean> =>
  define({
    kind: 'flag',
    description,
    graphqlType: 'Boolean',
    lakeType: 'BOOLEAN',
    wanted: 'true or false',
    accepts: value => typeof value === 'boolean',
  })

/** A date and time with its zone, RFC 3339: `2026-01-05T00:00:00.000000+00:00`. Kept as text, to the digit. */
export const timestamp = (description: string): Required<string> =>
  define({
    kind: 'timestamp',
    description,
    graphqlType: 'DateTime',
    lakeType: 'TIMESTAMP WITH TIME ZONE',
    wanted: 'an RFC 3339 date and time with a time zone, such as "2026-01-05T00:00:00.000000+00:00"',
    accepts: isTimestamp,
  })

/** A group of fields. */
export const object = <const F extends Fields>(fields: F, description: string): Required<EventOf<F>> =>
  define({
    kind: 'object',
    description,
    graphqlType: null,
    lakeType: `STRUCT(${Object.entries(fields)
      .map(([name, field]) => `"${name}" ${field.lakeType}`)
      .join(', ')})`,
    wanted: 'an object',
    fields,
    accepts: value => typeof value === 'object' && value !== null && !Array.isArray(value),
  })

export const nullable = <T, A extends Availability>(
  field: Field<T, A, 'required'>,
): Field<T, A, 'nullable'> => ({ ...field, presence: 'nullable' })

/** Known only after the fact. The field may be absent, and no feature can read it: that does not compile. */
export const later = <T>(field: Field<T, 'event', 'required'>): Field<T, 'later', 'optional'> => ({
  ...field,
  presence: 'optional',
  availability: 'later',
})

/** A hidden cause that the reference system shows in its events: present in `parity` mode only, never a feature. */
export const debugOnly = <T>(field: Field<T, 'event', 'required'>): Field<T, 'later', 'optional'> => ({
  ...later(field),
  debug: true,
})

type Definition = Pick<Field, 'kind' | 'description' | 'graphqlType' | 'lakeType' | 'wanted' | 'accepts'> &
  Partial<Field>

function define<T>(definition: Definition): Required<T> {
  return {
    unit: null,
    domain: {},
    limits: null,
    debug: false,
    fields: null,
    ...definition,
    presence: 'required',
    availability: 'event',
  } as Required<T>
}

function numeric(wanted: string, { unit, domain, limits }: NumericDetails) {
  const bounds = limits ? { min: limits[0], max: limits[1] } : null
  const accepts = bounds
    ? (value: unknown) => typeof value === 'number' && isWithin(value, bounds) && Number.isFinite(value)
    : (value: unknown) => Number.isFinite(value)
  return {
    unit: unit ?? null,
    domain: domain ? { min: domain[0], max: domain[1] } : {},
    limits: bounds,
    wanted: wanted + describeLimits(bounds),
    accepts,
  }
}

function describeLimits(limits: { min: number; max: number } | null): string {
  if (!limits) return ''
  if (limits.max === Infinity) return ` of at least ${limits.min}`
  return ` from ${limits.min} to ${limits.max}`
}

function isWithin(value: number, { min, max }: { min: number; max: number }): boolean {
  return value >= min && value <= max
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}
