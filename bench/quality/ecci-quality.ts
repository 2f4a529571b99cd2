import { adjustedRandIndex } from '#bench/limits/adjusted-rand-index.ts'
import type { MetricValue } from '#learn/metrics/metric-set.ts'
import { ecci } from '#use-cases/ecci.ts'
import type { Item } from '#use-cases/generator.ts'
import { arrivalInformation } from './arrival-information.ts'
import { expectTask, prequentialParts, type QualityOptions } from './prequential.ts'

export interface EcciQuality {
  events: number
  /** Sessions that have ended, whose persona is known. */
  sessions: number
  /** Agreement of each session's last assignment with its persona. */
  ari: number
  /** Most bits that the arrival index modulo k tells about an event's cluster, over k from 2 to 50. */
  arrivalBits: number
  clusters: number
  nonFinite: number
  metrics: MetricValue[]
}

/** Runs ECCI's declared learner over a realistic stream, its truth records included: assign, score, then learn. */
export function ecciQuality(items: readonly Item[], options: QualityOptions = {}): EcciQuality {
  const { encode, learner: any, metrics } = prequentialParts(ecci, options)
  const learner = expectTask(any, 'clustering')
  const last = new Map<string, number>()
  const personas = new Map<string, string>()
  const sequence: number[] = []
  let nonFinite = 0
  for (const item of items) {
    if (item.kind === 'truth') personas.set(item.record.session_id, item.record.persona)
    if (item.kind !== 'event') continue
    const session = String(item.record.session_id)
    const row = encode(item.record)
    const { cluster, confidence, distances, own } = learner.assign(session, row, item.timeMs)
    if (!Number.isFinite(confidence) || !distances.every(Number.isFinite)) nonFinite++
    last.set(session, cluster)
    sequence.push(cluster)
    const { clusters, microClusters } = learner
    metrics.update({ distances, own, timeMs: item.timeMs, clusters, microClusters })
    learner.learn(session, row, item.timeMs)
  }
  const ended = [...personas.keys()].filter(session => last.has(session))
  return {
    events: sequence.length,
    sessions: ended.length,
    ari: adjustedRandIndex(
      ended.map(session => last.get(session) as number),
      ended.map(session => personas.get(session) as string),
    ),
    arrivalBits: arrivalInformation(sequence, 50),
    clusters: learner.clusters,
    nonFinite,
    metrics: metrics.snapshot(),
  }
}
