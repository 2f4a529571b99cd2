/** Whether groups differ by more than chance and by what kind of events they have. */
export interface StructureReport {
  found: boolean
  /** A sentence for people. */
  reason: string
  /** Groups that were compared. */
  groups: number
  /** Completed log likelihood per group of the classes chosen less that of a single class, in nats; 0 for one class. */
  gain: number
  clusters: number
}

/** The cluster of an owner of groups, from all of them. */
export interface Segment {
  cluster: number
  /** Posterior probability of that cluster. */
  confidence: number
  /** Groups that count, live ones included. */
  groups: number
}

export interface CategoryShare {
  /** Code of the category in its column. */
  code: number
  /** Share of the cluster's events that have a category. */
  share: number
  /** That share relative to the one over all clusters. */
  lift: number
}

/** What the events of a cluster's groups are like. */
export interface ClusterProfile {
  /** Stable id. */
  cluster: number
  /** Share of the groups, and how many the model remembers. */
  share: number
  groups: number
  /** Per column its most frequent categories, or the mean of its values (null: none yet). */
  columns: Readonly<
    Record<string, { kind: 'nominal'; top: CategoryShare[] } | { kind: 'numeric'; mean: number | null }>
  >
}
