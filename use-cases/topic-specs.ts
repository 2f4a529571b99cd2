import { topicsOf } from './topics.ts'

/** Topics with their partitions; what the graph reads back by key is compacted elsewhere, everything here is a window. */
const PARTITIONS = 3

/** The topics that must be there before anything about a use case is written or read, whichever process comes first. */
export function topicSpecsOf(useCase: {
  readonly topic: string
  readonly task: string
}): { name: string; partitions: number }[] {
  const { truth, ...topics } = topicsOf(useCase)
  const names = [...Object.values(topics), ...(useCase.task === 'clustering' ? [truth] : [])]
  return names.map(name => ({ name, partitions: PARTITIONS }))
}
