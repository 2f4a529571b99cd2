import type { TopicInfo } from '#ports/event-log.ts'
import { useCaseById } from '#use-cases/index.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { UseCaseResolvers } from '../resolvers.generated.ts'
import { runsOfUseCase } from './runs.ts'

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
  runs: ({ id }, filter, context) => runsOfUseCase(id, filter, context),
}

function topic({ name, partitions }: TopicInfo) {
  return {
    name,
    records: partitions.reduce((sum, { start, end }) => sum + end - start, 0),
    bytes: total(partitions.map(({ bytes }) => bytes)),
    partitions: [...partitions],
  }
}

/** Null as soon as one of them is not known. */
function total(bytes: readonly (number | null)[]): number | null {
  return bytes.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0)
}
