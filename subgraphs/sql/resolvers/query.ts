import { readAudit, encodeAuditCursor } from '../audit/read-audit.ts'
import type { QueryResolvers } from '../resolvers.generated.ts'
import { completion } from '../statements/completion.ts'
import { templatesOf } from '../templates/templates-of.ts'
import { useCaseById } from '#use-cases/index.ts'
import { sqlQueries } from './sql-queries.ts'
import { validateStatement } from './sql-validation.ts'

export const Query: QueryResolvers = {
  tables: (_, { useCase }, { catalog }) => [
    ...(useCase == null ? catalog.entries : catalog.ofUseCase(useCase)),
  ],
  table: (_, { name }, { catalog }) => catalog.find(name),
  ...sqlQueries,
  sqlValidate: (_, request, context) => validateStatement(context, request),
  sqlTemplates: (_, { useCase }) => templatesOf(useCaseById(useCase)),
  sqlCompletion: (_, { useCase }, { catalog }) => completion(catalog, useCase),
  async sqlStatements(_, { first, after }, { log }) {
    const { entries, hasNextPage } = await readAudit(log, { first: first ?? 20, after })
    const edges = entries.map(node => ({ cursor: encodeAuditCursor(node.offset), node }))
    return { edges, pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null } }
  },
}
