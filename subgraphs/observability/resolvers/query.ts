import type { QueryResolvers } from '../resolvers.generated.ts'
import { topologyOf } from '../topology.ts'
import { overviewNow } from './overview.ts'
import { runQueries } from './runs.ts'

export const Query: QueryResolvers = {
  services: (_, __, { services }) => services.statuses(),
  topology: (_, __, { useCases, rates }) => topologyOf(useCases, rates),
  async consumerGroups(_, { topic }, { log }) {
    const groups = await log.groups(topic ?? undefined)
    return groups.map(group => ({ ...group, partitions: [...group.partitions] }))
  },
  overview: (_, __, context) => overviewNow(context),
  ...runQueries,
}
