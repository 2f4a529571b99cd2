/** One reader of a consumer group. */
export interface GroupMember {
  /** The partitions it owns now; replaced by every rebalance. */
  readonly assignment: ReadonlySet<number>
  /** Whether it lost its place because it kept a batch for longer than its lease. */
  readonly expired: boolean
  /** Marks the start of the caller's work on a batch: the lease runs until `release`. */
  hold(): void
  release(): void
  leave(): void
}

export interface ConsumerGroup {
  readonly size: number
  /** Adds a member and shares the partitions anew; `onRebalance` is called whenever its assignment changes. */
  join(onRebalance: (assignment: ReadonlySet<number>) => void): GroupMember
}

export interface ConsumerGroupOptions {
  partitions: number
  /** Milliseconds a member may work on one batch before others take its partitions. */
  leaseMs: number
  onEmpty?: () => void
}

interface MemberState extends GroupMember {
  assignment: ReadonlySet<number>
  expired: boolean
  heldSince: number | null
  onRebalance: (assignment: ReadonlySet<number>) => void
}

/**
 * Shares partitions among the members in one process: contiguous ranges in the order of joining, as Kafka's
 * RangeAssignor does for one topic.
 */
export const createConsumerGroup = ({
  partitions,
  leaseMs,
  onEmpty = () => {},
}: ConsumerGroupOptions): ConsumerGroup => {
  const members: MemberState[] = []
  let timer: NodeJS.Timeout | null = null

  const rebalance = () => {
    for (const [index, member] of members.entries()) {
      const first = Math.ceil((index * partitions) / members.length)
      const last = Math.ceil(((index + 1) * partitions) / members.length)
      const assignment = new Set(Array.from({ length: last - first }, (_, i) => first + i))
      member.assignment = assignment
      member.onRebalance(assignment)
    }
    watchLeases()
  }

  // A lone member has nobody who could take over, so only shared groups need the watch.
  const watchLeases = () => {
    if (members.length > 1 && timer === null) {
      timer = setInterval(expire, Math.max(10, leaseMs / 4))
      timer.unref()
    } else if (members.length <= 1 && timer !== null) {
      clearInterval(timer)
      timer = null
    }
  }

  const expire = () => {
    const oldest = performance.now() - leaseMs
    const late = members.filter(({ heldSince }) => heldSince !== null && heldSince <= oldest)
    for (const member of late) {
      if (members.length === 1) return
      member.expired = true
      remove(member)
    }
  }

  const remove = (member: MemberState) => {
    const index = members.indexOf(member)
    if (index < 0) return
    members.splice(index, 1)
    member.assignment = new Set()
    member.onRebalance(member.assignment)
    rebalance()
    if (members.length === 0) onEmpty()
  }

  return {
    get size() {
      return members.length
    },
    join(onRebalance) {
      const member: MemberState = {
        assignment: new Set(),
        expired: false,
        heldSince: null,
        onRebalance,
        hold() {
          member.heldSince = performance.now()
        },
        release() {
          member.heldSince = null
        },
        leave: () => remove(member),
      }
      members.push(member)
      rebalance()
      return member
    },
  }
}
