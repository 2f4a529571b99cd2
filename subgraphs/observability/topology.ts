import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Rates } from './rates.ts'
import type { Topology } from './resolvers.generated.ts'

/** Producers → topics → learners → topics → gateway, with what flows along each edge. */
export function topologyOf(useCases: readonly UseCase[], rates: Rates): Topology {
  const topology: Topology = { nodes: [{ id: 'gateway', kind: 'GATEWAY', title: 'Gateway' }], edges: [] }
  const topic = (name: string) => {
    topology.nodes.push({ id: `topic/${name}`, kind: 'TOPIC', title: name })
    return `topic/${name}`
  }
  for (const useCase of useCases) {
    const { events, labels, predictions, metrics, deadLetters } = topicsOf(useCase)
    const producer = `producer/${useCase.id}`
    const learner = `learner/${useCase.id}`
    topology.nodes.push({ id: producer, kind: 'PRODUCER', title: `${useCase.title}: events` })
    topology.nodes.push({ id: learner, kind: 'LEARNER', title: `${useCase.title}: learner` })
    const flow = (from: string, to: string, name: string) => {
      topology.edges.push({ from, to, recordsPerSecond: rates.recordsPerSecond(name) })
    }
    const read = useCase.task === 'clustering' ? [events] : [events, labels]
    for (const name of read) {
      const id = topic(name)
      flow(producer, id, name)
      flow(id, learner, name)
    }
    for (const name of [predictions, metrics, deadLetters]) {
      const id = topic(name)
      flow(learner, id, name)
      if (name !== deadLetters) flow(id, 'gateway', name)
    }
  }
  return topology
}
