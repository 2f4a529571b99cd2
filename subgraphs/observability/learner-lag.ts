import type { EventLog, GroupLag } from '#ports/event-log.ts'
import type { UseCase } from '#use-cases/define.ts'
import { groupsOf, topicsOf } from '#use-cases/topics.ts'

/** How far a use case's learner is behind its topic, in offsets; everything that is in it before the first commit. */
export async function learnerLag(log: EventLog, useCase: UseCase): Promise<GroupLag> {
  const topic = topicsOf(useCase).events
  const { learners: group } = groupsOf(useCase)
  const known = (await log.groups(topic)).find(entry => entry.group === group)
  if (known) return known
  const [info] = await log.topics([topic])
  const partitions = (info?.partitions ?? []).map(({ partition, start, end }) => ({
    partition,
    committed: null,
    end,
    lag: end - start,
  }))
  return { group, topic, partitions, totalLag: partitions.reduce((sum, { lag }) => sum + lag, 0) }
}
