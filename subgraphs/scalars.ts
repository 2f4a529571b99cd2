import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql'

/** Out: Unix milliseconds or RFC 3339 text become ISO 8601 in UTC with milliseconds. In: a `Date`. */
const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: value => new Date(value as number | string).toISOString(),
  parseValue: parseInstant,
  parseLiteral: node => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
})

/** A number where it is exact, decimal text beyond 2^53. */
const BigIntScalar = new GraphQLScalarType<number, number | string>({
  name: 'BigInt',
  serialize: value => (Number.isSafeInteger(value) ? (value as number) : String(value)),
  parseValue: parseInteger,
  parseLiteral: node =>
    parseInteger(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined),
})

const JSONScalar = new GraphQLScalarType({
  name: 'JSON',
  serialize: value => value,
  parseValue: value => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
})

export const scalars = { DateTime, BigInt: BigIntScalar, JSON: JSONScalar }

function parseInstant(value: unknown): Date {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(time)) throw badInput(`${JSON.stringify(value)} given, an ISO 8601 date and time wanted.`)
  return new Date(time)
}

function parseInteger(value: unknown): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw badInput(`${JSON.stringify(value)} given, an integer wanted.`)
  return number
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })
}
