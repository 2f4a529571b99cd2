import type { SqlStatementResolvers } from '../resolvers.generated.ts'

export const SqlStatement: SqlStatementResolvers = {
  kind: ({ kind }) => kind.toUpperCase() as 'QUERY',
  useCase: ({ useCase }) => (useCase === null ? null : { id: useCase }),
  tables: ({ tables }) => [...tables],
  outcome: ({ outcome }) => outcome ?? null,
  rowCount: ({ rowCount }) => rowCount ?? null,
  bytesScanned: ({ bytesScanned }) => bytesScanned ?? null,
  elapsedMs: ({ elapsedMs }) => elapsedMs ?? null,
}
