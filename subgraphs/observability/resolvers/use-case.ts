import type { TopicInfo } from '#ports/event-log.ts'
import { useCaseById } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { UseCaseResolvers } from '../resolvers.generated.ts'

export const UseCase: UseCaseResolvers = {
  __resolveReference: ({ id }) => useCaseById(id as string),
  id: ({ id }) => id as 'TFD',
  lag: ({ id }, _, { lagOf }) => lagOf.load(id),
  async topics({ id }, _, { log }) {
    const names = Object.values(topicsOf(useCaseById(id)))
    const infos = await log.topics()
    return infos.filter(({ name }) => names.includes(name)).map(topic)
  },
  throughput({ id }, _, { rates }) {
    const { events, predictions } = topicsOf(useCaseById(id))
    return {
      eventsPerSecond: rates.recordsPerSecond(events),
      predictionsPerSecond: rates.recordsPerSecond(predictions),
    }
  },
}

function topic({ name, partitions }: TopicInfo) {
  return {
    name,
    records: partitions.reduce((sum, { start, end }) => sum + end - start, 0),
    bytes: partitions.reduce((sum, { bytes }) => sum + bytes, 0),
    partitions: [...partitions],
  }
}
