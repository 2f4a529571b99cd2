/** The model that answers for a use case. */
export interface Champion {
  readonly useCase: string
  /** Id of its run. */
  readonly run: string
  /** Unix milliseconds. */
  readonly since: number
}

/** A change of champion. */
export interface Promotion {
  readonly kind: 'FIRST' | 'PROMOTION' | 'ROLLBACK'
  /** Unix milliseconds. */
  readonly at: number
  /** Run that answered before; null for the first. */
  readonly from: string | null
  readonly to: string
  readonly reason: string
  /** Who asked for it; null for the platform itself, or when nobody said. */
  readonly by: string | null
}

/** As it lies in control under `batch-champion/<useCase>`. */
export interface ChampionRecord {
  readonly v: 1
  readonly run: string
  /** Champions that a rollback goes back to, the last one last. */
  readonly before: readonly string[]
  /** Oldest first. */
  readonly history: readonly Promotion[]
}

const MOST_KEPT = 200

/** The record after a change. A rollback takes back the promotion before, so that the next one goes further back. */
export function changed(record: ChampionRecord | undefined, change: Promotion): ChampionRecord {
  const before = record?.before ?? []
  return {
    v: 1,
    run: change.to,
    before:
      change.kind === 'ROLLBACK'
        ? before.slice(0, -1)
        : [...before, ...(record ? [record.run] : [])].slice(-MOST_KEPT),
    history: [...(record?.history ?? []), change].slice(-MOST_KEPT),
  }
}
