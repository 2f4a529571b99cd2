/** Who of a group reads which topics. */
export interface GroupMemberTopics {
  memberId: string
  topics: readonly string[]
}

/** Topic → partitions. */
export type Assignment = ReadonlyMap<string, readonly number[]>

/**
 * Shares each topic's partitions among the members that read it: contiguous ranges in the order of their ids, the first ones
 * taking one more, as `RangeAssignor` of Kafka's Java client does.
 */
export const assignRanges = (
  members: readonly GroupMemberTopics[],
  partitionCounts: ReadonlyMap<string, number>,
): Map<string, Map<string, number[]>> => {
  const assigned = new Map(members.map(({ memberId }) => [memberId, new Map<string, number[]>()]))
  for (const [topic, count] of partitionCounts) {
    const readers = members
      .filter(({ topics }) => topics.includes(topic))
      .map(({ memberId }) => memberId)
      .sort()
    const least = Math.floor(count / readers.length)
    const larger = count % readers.length
    let first = 0
    for (const [index, reader] of readers.entries()) {
      const length = least + (index < larger ? 1 : 0)
      if (length > 0)
        assigned.get(reader)!.set(
          topic,
          Array.from({ length }, (_, i) => first + i),
        )
      first += length
    }
  }
  return assigned
}
