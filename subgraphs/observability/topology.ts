import type { UseCase } from '#use-cases/define.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Rates } from './rates.ts'
import type { Topology } from './resolvers.generated.ts'

/** Producers → topics → learners → topics → gateway, and topics → sink → lake → SQL and batch models → gateway, with what flows along each edge. */
export function topologyOf(useCases: readonly UseCase[], rates: Rates): Topology {
  const topology: Topology = {
    nodes: [
      { id: 'gateway', kind: 'GATEWAY', title: 'Gateway' },
      { id: 'sink', kind: 'SINK', title: 'Lake sink' },
      { id: 'lake', kind: 'LAKE', title: 'Lake' },
      { id: 'sql', kind: 'SQL', title: 'SQL' },
      { id: 'batch', kind: 'BATCH', title: 'Batch models' },
    ],
    edges: [],
  }
  let kept = 0
  const topic = (name: string) => {
    topology.nodes.push({ id: `topic/${name}`, kind: 'TOPIC', title: name })
    return `topic/${name}`
  }
  for (const useCase of useCases) {
    const { events, labels, predictions, outcomes, metrics, deadLetters } = topicsOf(useCase)
    const producer = `producer/${useCase.id}`
    const learner = `learner/${useCase.id}`
    topology.nodes.push({ id: producer, kind: 'PRODUCER', title: `${useCase.title}: events` })
    topology.nodes.push({ id: learner, kind: 'LEARNER', title: `${useCase.title}: learner` })
    const flow = (from: string, to: string, name: string) => {
      topology.edges.push({ from, to, recordsPerSecond: rates.recordsPerSecond(name) })
    }
    const keep = (name: string) => {
      flow(`topic/${name}`, 'sink', name)
      kept += rates.recordsPerSecond(name)
    }
    const read = useCase.task === 'clustering' ? [events] : [events, labels]
    for (const name of read) {
      const id = topic(name)
      flow(producer, id, name)
      flow(id, learner, name)
      keep(name)
    }
    for (const name of [predictions, outcomes, metrics, deadLetters]) {
      const id = topic(name)
      flow(learner, id, name)
      if (name !== deadLetters) flow(id, 'gateway', name)
      if (name === predictions || name === outcomes) keep(name)
    }
  }
  topology.edges.push({ from: 'sink', to: 'lake', recordsPerSecond: kept })
  for (const reader of ['sql', 'batch']) {
    topology.edges.push({ from: 'lake', to: reader, recordsPerSecond: 0 })
    topology.edges.push({ from: reader, to: 'gateway', recordsPerSecond: 0 })
  }
  return topology
}
