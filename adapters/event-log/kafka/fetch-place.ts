import type { PartitionSource } from './partition-source.ts'

/** One partition and those who read it. */
export interface FetchPlace {
  readonly topic: string
  readonly partition: number
  readonly sources: Set<PartitionSource>
  /** Offsets that are being fetched. */
  readonly fetching: Set<number>
  /** Not fetched before; set after an error. */
  notBefore: number
  /** When what now stands in the way began to; 0 while nothing does. */
  troubledSince: number
  delayMs: number
  /** When it was last served, so that busy places do not starve the others. */
  served: number
  /** Time of that. */
  servedAt: number
}

export const FIRST_DELAY_MS = 20

export const createFetchPlace = (topic: string, partition: number): FetchPlace => ({
  topic,
  partition,
  sources: new Set(),
  fetching: new Set(),
  notBefore: 0,
  troubledSince: 0,
  delayMs: FIRST_DELAY_MS,
  served: 0,
  servedAt: Number.NEGATIVE_INFINITY,
})

/**
 * The offsets of a place that somebody wants and nobody is fetching, those first that have waited longest. One fetch can
 * name a partition once, so readers at different offsets go one after the other or by different connections.
 */
export const wantedOffsets = ({ sources, fetching }: FetchPlace): number[] => {
  const turns = new Map<number, number>()
  for (const { isHungry, at, turn } of sources) {
    if (isHungry && !fetching.has(at)) turns.set(at, Math.min(turn, turns.get(at) ?? turn))
  }
  return [...turns].sort(([, a], [, b]) => a - b).map(([offset]) => offset)
}
