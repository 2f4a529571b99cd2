/**
 * Shares runs of a task among callers: each gets the result of a run that began no earlier than its call, at most one runs at a
 * time, and all who call while one runs share the next.
 */
export function createLatestRun<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> | null = null
  let next: Promise<T> | null = null

  const start = (): Promise<T> => {
    next = null
    const run = task()
    const ended = run.then(
      () => undefined,
      () => undefined,
    )
    running = ended
    void ended.then(() => {
      if (running === ended) running = null
    })
    return run
  }

  return () => {
    if (next) return next
    if (!running) return start()
    next = running.then(start)
    return next
  }
}
