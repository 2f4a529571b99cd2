import type { EventLog } from '#ports/event-log.ts'
import type { TableStatus } from './sink-status.ts'

const INTERVAL_MS = 2000

/** Keeps the lag of tables up to date. Where transactions left holes in the offsets it says more than there are. */
export function followLag({
  log,
  statuses,
  positionsOf,
  intervalMs = INTERVAL_MS,
}: {
  log: EventLog
  statuses: ReadonlyMap<string, { state: TableStatus['state']; lag: number | null }>
  /** Last durable offset by partition; null while that is not known. */
  positionsOf: (topic: string) => readonly number[] | null
  intervalMs?: number
}): Disposable {
  let isAsking = false
  const timer = setInterval(async () => {
    const written = [...statuses].filter(([topic]) => positionsOf(topic) !== null)
    if (isAsking || written.length === 0) return
    isAsking = true
    try {
      for (const { name, partitions } of await log.topics(written.map(([topic]) => topic))) {
        const [status, positions] = [statuses.get(name), positionsOf(name)]
        if (!status || !positions) continue
        status.lag = partitions.reduce(
          (lag, { start, end }, p) => lag + Math.max(0, end - Math.max(start, (positions[p] ?? -1) + 1)),
          0,
        )
      }
    } catch {
      // A log that is away says nothing new; the tables' own problems tell of it.
    } finally {
      isAsking = false
    }
  }, intervalMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
