import { readFile } from 'node:fs/promises'
import {
  buildSchema,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  graphql,
  isObjectType,
  isUnionType,
} from 'graphql'
import type { ChartData } from './chart-data.ts'

const SDL = new URL('../../../schema/batch/charts.graphql', import.meta.url)

/** Asks the charts' own part of the graph for every field of a chart's data; errors where data and schema differ. */
export async function createChartReader(): Promise<(data: ChartData) => Promise<unknown>> {
  const schema = buildSchema(`
    scalar JSON
    scalar BigInt
    scalar DateTime
    type Run { id: ID! }
    type Query { data: ChartData! kinds: [ChartKind!]! chart: Chart! }
    ${await readFile(SDL, 'utf8')}
  `)
  const document = `{ data { __typename ${membersOf(schema).map(selectionOf).join(' ')} } }`
  return async data => {
    const { data: found, errors } = await graphql({ schema, source: document, rootValue: { data } })
    if (errors)
      throw new Error(errors.map(({ message, path }) => `${path?.join('.')}: ${message}`).join('\n'))
    return (found as { data: { __typename: string } }).data
  }
}

function membersOf(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  const union = schema.getType('ChartData')
  if (!isUnionType(union)) throw new Error('ChartData is no union.')
  return union.getTypes()
}

/** Every field under an alias of its type's own, since two types may have one name for different things. */
function selectionOf(type: GraphQLObjectType): string {
  return `... on ${type.name} { ${fieldsOf(type, `${type.name}_`)} }`
}

function fieldsOf(type: GraphQLObjectType, prefix = ''): string {
  return Object.values(type.getFields())
    .map(({ name, type: of }) => {
      const inner = getNamedType(of)
      const alias = prefix === '' ? name : `${prefix}${name}: ${name}`
      return isObjectType(inner) ? `${alias} { ${fieldsOf(inner)} }` : alias
    })
    .join(' ')
}
