import type { StateReader } from '../../state/reader.ts'
import type { DbstreamModel, DbstreamOptions } from './dbstream-model.ts'
import { joinMicroClusters, type MacroClusters, type SharingMicroCluster } from './macro-clusters.ts'
import { createMicroGrid } from './micro-grid.ts'
import { moveTowards, squaredDistance } from './point-distance.ts'

interface Options extends DbstreamOptions {
  /** Most micro-clusters; beyond, the weakest are given up. */
  mostMicro: number
}

/** Share of the micro-clusters that is given up at once when there are too many. */
const GIVE_UP = 0.1

/**
 * DBSTREAM as Hahsler and Bolanos (2016) describe it: weights and shared densities are faded to now wherever they are
 * compared, shared density works both ways, weak entries are forgotten. Beyond the paper: a missing value neither moves a
 * centre nor counts in a distance, neighbours are found in a grid, micro-clusters are bounded, and clusters keep their
 * labels over time. A point belongs to the cluster of the nearest micro-cluster. Clusters form anew at each cleanup.
 */
export function createDecayedDbstream(options: Options, input?: StateReader): DbstreamModel {
  const { width, radius, fading, cleanup, intersection, minimumWeight, mostMicro } = options
  const sigma = radius / 3
  const grid = createMicroGrid<SharingMicroCluster>(width, radius)
  const { members } = grid
  let [time, nextId, nextLabel] = input ? input.f64s(3) : [0, 0, 0]
  const macro: MacroClusters = { labels: [], centers: [] }
  if (input) read(input)

  function read(from: StateReader): void {
    for (let left = from.u32(); left > 0; left--) {
      const [id, weight, lastUpdate, label] = from.f64s(4)
      add(id, from.f64s(width), weight, lastUpdate, label)
    }
    const pairs = from.f64s()
    for (let i = 0; i + 3 < pairs.length; i += 4) {
      const entry = { value: pairs[i + 2], time: pairs[i + 3] }
      members.get(pairs[i])?.shared.set(pairs[i + 1], entry)
      members.get(pairs[i + 1])?.shared.set(pairs[i], entry)
    }
    macro.labels = [...from.f64s()]
    macro.centers = macro.labels.map(() => from.f64s(width))
  }

  const fadedSince = (since: number) => 2 ** (-fading * (time - since))

  function add(id: number, center: Float64Array, weight: number, lastUpdate: number, label: number): void {
    grid.add({ id, center, weight, lastUpdate, label, shared: new Map(), bucket: 0, seen: 0 })
  }

  function remove(member: SharingMicroCluster): void {
    grid.remove(member)
    for (const other of member.shared.keys()) members.get(other)?.shared.delete(member.id)
  }

  function neighbours(point: Float64Array): SharingMicroCluster[] {
    const near: SharingMicroCluster[] = []
    for (const member of grid.candidates(point)) {
      if (squaredDistance(member.center, point) < radius * radius) near.push(member)
    }
    return near.sort((a, b) => a.id - b.id)
  }

  function strengthen(near: readonly SharingMicroCluster[], point: Float64Array): void {
    const before = near.map(({ center }) => center)
    for (const [i, member] of near.entries()) {
      member.weight = member.weight * fadedSince(member.lastUpdate) + 1
      member.lastUpdate = time
      member.center = before[i].slice()
      const pull = Math.exp(-squaredDistance(before[i], point) / (2 * sigma * sigma))
      moveTowards(member.center, point, pull)
      for (let j = i + 1; j < near.length; j++) share(member, near[j])
    }
    // Micro-clusters must not collapse into one.
    for (let a = 0; a < near.length; a++) {
      for (let b = a + 1; b < near.length; b++) {
        if (squaredDistance(near[a].center, near[b].center) >= radius * radius) continue
        near[a].center = before[a]
        near[b].center = before[b]
      }
    }
    for (const member of near) grid.moved(member)
  }

  function share(low: SharingMicroCluster, high: SharingMicroCluster): void {
    const entry = low.shared.get(high.id) ?? { value: 0, time }
    entry.value = entry.value * fadedSince(entry.time) + 1
    entry.time = time
    low.shared.set(high.id, entry)
    high.shared.set(low.id, entry)
  }

  function clean(): void {
    const weak = 2 ** (-fading * cleanup)
    for (const member of members.values()) {
      if (member.weight * fadedSince(member.lastUpdate) < weak) remove(member)
    }
    for (const member of members.values()) {
      for (const [other, entry] of member.shared) {
        if (entry.value * fadedSince(entry.time) < intersection * weak) member.shared.delete(other)
      }
    }
  }

  function giveUpWeakest(): void {
    const now = ({ weight, lastUpdate }: SharingMicroCluster) => weight * fadedSince(lastUpdate)
    const order = [...members.values()].sort((a, b) => now(a) - now(b) || a.id - b.id)
    for (const member of order.slice(0, Math.ceil(GIVE_UP * mostMicro))) remove(member)
  }

  function labelOf(candidates: Iterable<SharingMicroCluster>, point: Float64Array): number {
    let best: SharingMicroCluster | null = null
    let least = Infinity
    for (const member of candidates) {
      if (member.label < 0) continue
      const apart = squaredDistance(member.center, point)
      if (apart > least || (apart === least && best !== null && member.id > best.id)) continue
      best = member
      least = apart
    }
    return best?.label ?? -1
  }

  return {
    get micro() {
      return members.values()
    },
    get microCount() {
      return members.size
    },
    get labels() {
      return macro.labels
    },
    get centers() {
      return macro.centers
    },
    predict(point) {
      const near = labelOf(neighbours(point), point)
      if (near >= 0) return near
      const any = labelOf(members.values(), point)
      return any >= 0 ? any : (macro.labels[0] ?? 0)
    },
    learn(point) {
      // Without a value there is nothing to learn.
      if (point.every(Number.isNaN)) return
      const near = neighbours(point)
      if (near.length > 0) strengthen(near, point)
      else {
        if (members.size >= mostMicro) giveUpWeakest()
        add(nextId++, point.slice(), 1, time, -1)
      }
      time += 1
      if (time % cleanup !== 0) return
      clean()
      const joined = joinMicroClusters({
        members,
        fadedSince,
        minimumWeight,
        intersection,
        nextLabel: () => nextLabel++,
      })
      macro.labels = joined.labels
      macro.centers = joined.centers
    },
    sizeBytes() {
      let entries = 0
      for (const { shared } of members.values()) entries += shared.size
      return members.size * (8 * width + 160) + 48 * entries + macro.labels.length * 8 * width
    },
    save(out) {
      out.f64s(Float64Array.of(time, nextId, nextLabel))
      out.u32(members.size)
      const pairs: number[] = []
      for (const { id, weight, lastUpdate, label, center, shared } of members.values()) {
        out.f64s(Float64Array.of(id, weight, lastUpdate, label))
        out.f64s(center)
        for (const [other, entry] of shared) if (other > id) pairs.push(id, other, entry.value, entry.time)
      }
      out.f64s(Float64Array.from(pairs))
      out.f64s(Float64Array.from(macro.labels))
      for (const center of macro.centers) out.f64s(center)
    },
  }
}
