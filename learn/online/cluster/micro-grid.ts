import type { MicroCluster } from './dbstream-model.ts'

/** A micro-cluster in the grid. */
export interface GridMember extends MicroCluster {
  /** Where the grid keeps it. */
  bucket: number
  /** Number of the latest search that found it: a bucket may be looked at twice. */
  seen: number
}

/**
 * Finds the micro-clusters around a point without looking at all of them: a hashed grid over the first few values, with
 * cells as wide as the radius. Members that lack one of these values are always looked at; a point that lacks one is
 * compared with all members.
 */
export interface MicroGrid<Member extends GridMember> {
  readonly members: ReadonlyMap<number, Member>
  add(member: Member): void
  remove(member: Member): void
  /** Puts a member whose centre has changed where it belongs. */
  moved(member: Member): void
  /** Members that may be within the radius of the point, each once, in no order. */
  candidates(point: Float64Array): Iterable<Member>
}

/** With more values the neighbouring cells outnumber the micro-clusters. */
const MOST_VALUES = 3
/** Bucket of members without a place; hashes are integers. */
const LOOSE = 0.5

export function createMicroGrid<Member extends GridMember>(width: number, radius: number): MicroGrid<Member> {
  const depth = Math.min(MOST_VALUES, width)
  const members = new Map<number, Member>()
  const buckets = new Map<number, Member[]>()
  let searches = 0

  function bucketOf(center: Float64Array): number {
    let hash = 0
    for (let i = 0; i < depth; i++) {
      if (center[i] !== center[i]) return LOOSE
      hash = mix(hash, Math.floor(center[i] / radius))
    }
    return hash
  }

  function put(member: Member, bucket: number): void {
    member.bucket = bucket
    const list = buckets.get(bucket)
    if (list === undefined) buckets.set(bucket, [member])
    else list.push(member)
  }

  function take(member: Member): void {
    const list = buckets.get(member.bucket) as Member[]
    if (list.length === 1) buckets.delete(member.bucket)
    else list.splice(list.indexOf(member), 1)
  }

  function collect(bucket: number, found: Member[]): void {
    for (const member of buckets.get(bucket) ?? []) {
      if (member.seen === searches) continue
      member.seen = searches
      found.push(member)
    }
  }

  function around(point: Float64Array, at: number, hash: number, found: Member[]): void {
    if (at === depth) {
      collect(hash, found)
      return
    }
    const cell = Math.floor(point[at] / radius)
    for (let step = -1; step <= 1; step++) around(point, at + 1, mix(hash, cell + step), found)
  }

  return {
    members,
    add(member) {
      members.set(member.id, member)
      put(member, bucketOf(member.center))
    },
    remove(member) {
      members.delete(member.id)
      take(member)
    },
    moved(member) {
      const bucket = bucketOf(member.center)
      if (bucket === member.bucket) return
      take(member)
      put(member, bucket)
    },
    candidates(point) {
      if (bucketOf(point) === LOOSE) return members.values()
      searches += 1
      const found: Member[] = []
      collect(LOOSE, found)
      around(point, 0, 0, found)
      return found
    },
  }
}

function mix(hash: number, cell: number): number {
  return (Math.imul(hash, 0x01000193) ^ Math.imul(cell, 0x9e3779b1)) | 0
}
