/** Those who wait until certain offsets are durable, by partition. */
export interface FlushRequests {
  add(target: readonly number[]): Promise<void>
  /** Calls back now, and when somebody begins to wait, in the place of whom was called before. */
  onAdded(listener: () => void): void
  /** Whether what was read suffices for somebody, so that it should be written now. */
  areRead(positions: readonly number[]): boolean
  /** Answers those whose offsets are durable. */
  settle(durable: readonly number[]): void
  /** Answers all: nothing more will be written here. */
  end(): void
}

export function createFlushRequests(): FlushRequests {
  const waiting = new Set<{ target: readonly number[]; resolve: () => void }>()
  let added = () => {}
  const reaches = (positions: readonly number[], target: readonly number[]) =>
    target.every((offset, partition) => offset <= (positions[partition] ?? -1))
  return {
    add(target) {
      return new Promise<void>(resolve => {
        waiting.add({ target, resolve })
        added()
      })
    },
    onAdded(listener) {
      added = listener
      listener()
    },
    areRead: positions => [...waiting].some(({ target }) => reaches(positions, target)),
    settle(durable) {
      for (const request of waiting) {
        if (!reaches(durable, request.target)) continue
        waiting.delete(request)
        request.resolve()
      }
    },
    end() {
      for (const { resolve } of waiting) resolve()
      waiting.clear()
    },
  }
}
