import { readFileSync } from 'node:fs'
import { scalars } from '#subgraphs/scalars.ts'
import { buildSubgraph, type Subgraph } from '#subgraphs/serve.ts'
import { type Context, createContext, type Services } from './context.ts'
import { createDownloads } from './export/downloads.ts'
import type { Resolvers } from './resolvers.generated.ts'
import { Prediction, UseCase } from './resolvers/entities.ts'
import { Mutation } from './resolvers/mutation.ts'
import { Query } from './resolvers/query.ts'
import { SqlResult } from './resolvers/sql-result.ts'
import { SqlStatement } from './resolvers/sql-statement.ts'
import { Subscription } from './resolvers/subscription.ts'
import { Table } from './resolvers/table.ts'

const SDL = new URL('../../schema/subgraphs/sql.generated.graphql', import.meta.url)

/** Tables of the lake, statements over them, their results and their audit. */
export function createSqlSubgraph(services: Services): Subgraph<Context> {
  const resolvers = {
    ...scalars,
    Query,
    Mutation,
    Subscription,
    UseCase,
    Prediction,
    Table,
    SqlResult,
    SqlStatement,
  } satisfies Resolvers
  return buildSubgraph({
    name: 'sql',
    typeDefs: readFileSync(SDL, 'utf8'),
    resolvers,
    createContext: ({ signal }) => createContext(services, signal),
    downloads: createDownloads(services),
  })
}
