import type { EncodedBatch } from './encode-batch.ts'

/** Batches that share one write are at most this large together, to bound how long the first of them waits. */
const MAX_GROUP_BYTES = 8 * 1024 ** 2

export interface GroupCommit {
  /** Resolves with the batch's first offset once it is durable. */
  append(batch: EncodedBatch): Promise<number>
  /** Resolves once nothing is queued or being written. */
  drain(): Promise<void>
}

interface Pending {
  batch: EncodedBatch
  resolve: (firstOffset: number) => void
  reject: (error: unknown) => void
}

/**
 * Writes what is queued in groups: while one group is being synced the next one gathers, so however many callers
 * append at once, each sync serves all who came before it and never more than one is in flight.
 * `commit` writes batches in order and returns the offset of the first.
 */
export const createGroupCommit = (
  commit: (batches: readonly EncodedBatch[]) => Promise<number>,
): GroupCommit => {
  let queue: Pending[] = []
  let running: Promise<void> | null = null

  const takeGroup = (): Pending[] => {
    let bytes = 0
    let count = 0
    while (
      count < queue.length &&
      (count === 0 || bytes + queue[count]!.batch.buffer.length <= MAX_GROUP_BYTES)
    ) {
      bytes += queue[count]!.batch.buffer.length
      count += 1
    }
    const group = queue.slice(0, count)
    queue = queue.slice(count)
    return group
  }

  const run = async () => {
    while (queue.length > 0) {
      const group = takeGroup()
      try {
        let offset = await commit(group.map(({ batch }) => batch))
        for (const { batch, resolve } of group) {
          resolve(offset)
          offset += batch.count
        }
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    running = null
  }

  return {
    append: batch =>
      new Promise((resolve, reject) => {
        queue.push({ batch, resolve, reject })
        running ??= run()
      }),
    async drain() {
      while (running) await running
    },
  }
}
