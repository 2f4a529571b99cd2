import type { StateReader } from '../../state/reader.ts'
import type { DbstreamModel, DbstreamOptions, MicroCluster } from './dbstream-model.ts'

/** Shared density of a pair of micro-clusters and when it was last increased. */
interface Shared {
  value: number
  time: number
}

interface Macro {
  labels: number[]
  centers: Float64Array[]
}

/**
 * DBSTREAM (Hahsler and Bolanos 2016) with the semantics of River 0.26.1, its peculiarities included: a value missing in a
 * point is 0 in distances and leaves the centres that the point moves; clusters form from weights as they were at the
 * latest point of each micro-cluster; edges lead from the lower id to the higher one only; ids are used again, and
 * densities of a micro-cluster that is gone may outlive it.
 */
export function createRiverDbstream(options: DbstreamOptions, input?: StateReader): DbstreamModel {
  const { width, radius, fading, cleanup, intersection, minimumWeight } = options
  const micro = new Map<number, MicroCluster>()
  const shared = new Map<number, Map<number, Shared>>()
  let time = 0
  let macro: Macro | null = null
  if (input) read(input)

  function read(from: StateReader): void {
    time = from.f64()
    for (let left = from.u32(); left > 0; left--) {
      const [id, weight, lastUpdate] = from.f64s(3)
      micro.set(id, { id, weight, lastUpdate, center: from.f64s(width) })
    }
    for (let left = from.u32(); left > 0; left--) {
      const row = new Map<number, Shared>()
      shared.set(from.f64(), row)
      const entries = from.f64s()
      for (let i = 0; i + 2 < entries.length; i += 3) {
        row.set(entries[i], { value: entries[i + 1], time: entries[i + 2] })
      }
    }
  }

  function update(point: Float64Array): void {
    const near: MicroCluster[] = []
    for (const cluster of micro.values()) if (distance(cluster.center, point) < radius) near.push(cluster)
    if (near.length === 0) {
      const id = micro.size === 0 ? 0 : Math.max(...micro.keys()) + 1
      micro.set(id, { id, center: point.slice(), weight: 1, lastUpdate: time })
      return
    }
    const before = near.map(({ center }) => center)
    for (const cluster of near) {
      cluster.weight = cluster.weight * 2 ** (-fading * (time - cluster.lastUpdate)) + 1
      cluster.center = moved(cluster.center, point)
      cluster.lastUpdate = time
      for (const other of near) if (other.id > cluster.id) share(cluster.id, other.id)
    }
    for (let a = 0; a < near.length; a++) {
      for (let b = a + 1; b < near.length; b++) {
        if (distance(near[a].center, near[b].center) < radius) {
          near[a].center = before[a]
          near[b].center = before[b]
        }
      }
    }
  }

  function moved(center: Float64Array, point: Float64Array): Float64Array {
    const sigma = radius / 3
    const apart = distance(point, center)
    const pull = Math.exp(-(apart * apart) / (2 * (sigma * sigma)))
    // NaN, so no value, where the point has none.
    return center.map((value, i) => value + pull * (point[i] - value))
  }

  function share(low: number, high: number): void {
    let row = shared.get(low)
    if (row === undefined) {
      row = new Map()
      shared.set(low, row)
    }
    const entry = row.get(high)
    if (entry === undefined) row.set(high, { value: 1, time })
    else {
      entry.value = entry.value * 2 ** (-fading * (time - entry.time)) + 1
      entry.time = time
    }
  }

  function clean(): void {
    const weak = 2 ** (-fading * cleanup)
    const faded = [...micro.values()].filter(
      ({ weight, lastUpdate }) => weight * 2 ** (-fading * (time - lastUpdate)) < weak,
    )
    for (const { id } of faded) {
      micro.delete(id)
      shared.delete(id)
      for (const [low, row] of shared) {
        // Rows are in order of their creation, not of their ids: later ones are not reached.
        if (low >= id) break
        row.delete(id)
      }
    }
    for (const row of shared.values()) {
      for (const entry of row.values()) {
        if (entry.value * 2 ** (-fading * (time - entry.time)) < intersection * weak) {
          entry.value = 0
          entry.time = 0
        }
      }
    }
  }

  function edges(): Map<number, number[]> {
    const found = new Map<number, number[]>()
    for (const [low, row] of shared) {
      const a = micro.get(low)
      if (a === undefined || a.weight <= minimumWeight) continue
      for (const [high, { value }] of row) {
        const b = micro.get(high)
        if (b === undefined || b.weight <= minimumWeight) continue
        if (!(value / ((a.weight + b.weight) / 2) > intersection)) continue
        const list = found.get(low)
        if (list === undefined) found.set(low, [high])
        else list.push(high)
      }
    }
    return found
  }

  function recluster(): Macro {
    const towards = edges()
    const labelled = new Map<number, number>()
    const members: MicroCluster[][] = []
    for (const [id, { weight }] of micro) {
      if (labelled.has(id) || weight < minimumWeight) continue
      const label = members.length
      members.push([])
      const queue = [id]
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        if (labelled.has(next)) continue
        labelled.set(next, label)
        for (const other of towards.get(next) ?? []) if (!labelled.has(other)) queue.push(other)
      }
    }
    for (const [id, cluster] of micro) {
      const label = labelled.get(id)
      if (label !== undefined) members[label].push(cluster)
    }
    return { labels: members.map((_, label) => label), centers: members.map(merged) }
  }

  function current(): Macro {
    macro ??= recluster()
    return macro
  }

  return {
    get micro() {
      return micro.values()
    },
    get microCount() {
      return micro.size
    },
    get labels() {
      return current().labels
    },
    get centers() {
      return current().centers
    },
    predict(point) {
      const { centers } = current()
      let best = 0
      let nearest = Infinity
      for (let label = 0; label < centers.length; label++) {
        const apart = distance(centers[label], point)
        if (apart < nearest) {
          nearest = apart
          best = label
        }
      }
      return best
    },
    learn(point) {
      update(point)
      time += 1
      if (time % cleanup === 0) clean()
      macro = null
    },
    sizeBytes() {
      let pairs = 0
      for (const row of shared.values()) pairs += row.size
      return micro.size * (8 * width + 80) + 64 * pairs
    },
    save(out) {
      out.f64(time)
      out.u32(micro.size)
      for (const { id, weight, lastUpdate, center } of micro.values()) {
        out.f64s(Float64Array.of(id, weight, lastUpdate))
        out.f64s(center)
      }
      out.u32(shared.size)
      for (const [low, row] of shared) {
        out.f64(low)
        out.f64s(Float64Array.from([...row].flatMap(([high, entry]) => [high, entry.value, entry.time])))
      }
    },
  }
}

/** Euclidean; what is missing on one side is 0 there. */
function distance(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    // NaN || 0 is 0.
    const difference = (a[i] || 0) - (b[i] || 0)
    sum += difference * difference
  }
  return Math.sqrt(sum)
}

/** Weighted mean, over the values that the first one has; others count as 0 where they have none. */
function merged(members: readonly MicroCluster[]): Float64Array {
  const [first, ...others] = members
  let center = first.center
  let { weight } = first
  for (const other of others) {
    const total = weight + other.weight
    center = center.map((value, i) => (value * weight + (other.center[i] || 0) * other.weight) / total)
    weight = total
  }
  return center
}
