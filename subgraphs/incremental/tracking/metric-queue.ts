import type { MetricPoint } from '#ports/tracking.ts'
import { metricPoints } from './metric-points.ts'
import type { SessionView } from '../session/session-view.ts'

/** Metrics of one session on their way to its run. */
export interface MetricQueue {
  readonly size: number
  /** Takes the session's figures unless they are older than, or the same as, what the run has. */
  add(view: SessionView): void
  /** The oldest batches, to be confirmed by `sent`. */
  next(): MetricPoint[]
  sent(): void
  /** What the run has already: the last point of each metric. */
  resume(last: readonly MetricPoint[]): void
}

/** An hour of outage at the shortest interval. */
const MOST_BATCHES = 720
/** Batches in one request, about a thousand points. */
const MOST_AT_ONCE = 50

/** Steps only grow, so that a session which replays its order log after a loss doubles nothing. */
export function createMetricQueue({ onDropped }: { onDropped: () => void }): MetricQueue {
  const batches: MetricPoint[][] = []
  const last = new Map<string, MetricPoint>()
  /** Batches in flight; what is dropped meanwhile comes from behind them. */
  let inFlight = 0
  return {
    get size() {
      return batches.length
    },
    add(view) {
      const points = metricPoints(view).filter(point => isNews(point, last.get(point.name)))
      if (points.length === 0) return
      for (const point of points) last.set(point.name, point)
      batches.push(points)
      if (batches.length <= MOST_BATCHES) return
      batches.splice(inFlight, 1)
      onDropped()
    },
    next() {
      inFlight = Math.min(MOST_AT_ONCE, batches.length)
      return batches.slice(0, inFlight).flat()
    },
    sent() {
      batches.splice(0, inFlight)
      inFlight = 0
    },
    resume(points) {
      const logged = new Map(points.map(point => [point.name, point]))
      for (const [index, batch] of batches.entries()) {
        batches[index] = batch.filter(point => isNews(point, logged.get(point.name)))
      }
      for (const point of points) {
        const known = last.get(point.name)
        if (!known || known.step < point.step) last.set(point.name, point)
      }
    },
  }
}

/** Labels change metrics at the same step; a point that repeats the last one there tells nothing. */
function isNews({ step, value }: MetricPoint, last: MetricPoint | undefined): boolean {
  return !last || step > last.step || (step === last.step && value !== last.value)
}
