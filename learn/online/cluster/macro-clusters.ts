import type { GridMember } from './micro-grid.ts'

/** How much two micro-clusters overlap, as of its time. */
export interface SharedDensity {
  value: number
  time: number
}

/** A micro-cluster with the densities that it shares with others, by id and on both sides. */
export interface SharingMicroCluster extends GridMember {
  /** Label of its cluster, -1 while it is noise. */
  label: number
  readonly shared: Map<number, SharedDensity>
}

interface Options {
  members: ReadonlyMap<number, SharingMicroCluster>
  /** Factor by which a weight of some time has faded. */
  fadedSince: (time: number) => number
  minimumWeight: number
  intersection: number
  nextLabel: () => number
}

export interface MacroClusters {
  labels: number[]
  centers: Float64Array[]
}

/**
 * Joins strong micro-clusters that share enough density, all weights faded to now, and labels them. A cluster keeps the
 * label that most of its weight had before, the heaviest overlap first; others get new ones.
 */
export function joinMicroClusters(options: Options): MacroClusters {
  const { members, fadedSince, minimumWeight, nextLabel } = options
  const weights = new Map<number, number>()
  for (const { id, weight, lastUpdate } of members.values()) {
    const now = weight * fadedSince(lastUpdate)
    if (now >= minimumWeight) weights.set(id, now)
  }
  const groups = connected(options, weights)
  const labels = alignLabels(groups, weights, nextLabel)
  for (const member of members.values()) if (!weights.has(member.id)) member.label = -1
  groups.forEach((group, i) => {
    for (const member of group) member.label = labels[i]
  })
  const order = labels.map((_, i) => i).sort((a, b) => labels[a] - labels[b])
  return {
    labels: order.map(i => labels[i]),
    centers: order.map(i => weightedMean(groups[i], weights)),
  }
}

function connected(
  { members, fadedSince, intersection }: Options,
  weights: ReadonlyMap<number, number>,
): SharingMicroCluster[][] {
  const groups: SharingMicroCluster[][] = []
  const reached = new Set<number>()
  for (const id of weights.keys()) {
    if (reached.has(id)) continue
    const group: SharingMicroCluster[] = []
    const open = [id]
    reached.add(id)
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const member = members.get(next) as SharingMicroCluster
      group.push(member)
      const own = weights.get(next) as number
      for (const [other, { value, time }] of member.shared) {
        const weight = weights.get(other)
        if (weight === undefined || reached.has(other)) continue
        if (value * fadedSince(time) <= (intersection * (own + weight)) / 2) continue
        reached.add(other)
        open.push(other)
      }
    }
    // Sums must not depend on the order in which members were reached.
    groups.push(group.sort((a, b) => a.id - b.id))
  }
  return groups
}

function alignLabels(
  groups: readonly SharingMicroCluster[][],
  weights: ReadonlyMap<number, number>,
  nextLabel: () => number,
): number[] {
  const pairs = groups.flatMap((group, i) => {
    const overlap = new Map<number, number>()
    for (const { id, label } of group) {
      if (label >= 0) overlap.set(label, (overlap.get(label) ?? 0) + (weights.get(id) as number))
    }
    return Array.from(overlap, ([label, weight]) => ({ i, label, weight }))
  })
  pairs.sort((a, b) => b.weight - a.weight || a.label - b.label || a.i - b.i)
  const labels = groups.map(() => -1)
  const taken = new Set<number>()
  for (const { i, label } of pairs) {
    if (labels[i] >= 0 || taken.has(label)) continue
    labels[i] = label
    taken.add(label)
  }
  return labels.map(label => (label < 0 ? nextLabel() : label))
}

function weightedMean(
  group: readonly SharingMicroCluster[],
  weights: ReadonlyMap<number, number>,
): Float64Array {
  const { length } = group[0].center
  return Float64Array.from({ length }, (_, i) => {
    let sum = 0
    let total = 0
    for (const { id, center } of group) {
      if (center[i] !== center[i]) continue
      sum += (weights.get(id) as number) * center[i]
      total += weights.get(id) as number
    }
    return total > 0 ? sum / total : Number.NaN
  })
}
