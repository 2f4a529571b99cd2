import type { MutationResolvers } from '../resolvers.generated.ts'

export const Mutation: MutationResolvers = {
  cancelSql(_, { id }, { statements, live }) {
    if (statements.cancel(id) || live.cancel(id)) return { __typename: 'SqlCancelled' as const, id }
    return {
      __typename: 'SqlNotRunning' as const,
      code: 'SQL_NOT_RUNNING',
      message: `No statement "${id.slice(0, 80)}" runs here; one that runs wanted.`,
    }
  },
}
