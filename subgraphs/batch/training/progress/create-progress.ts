import type { CurvePoint, JobProgress, KSearchPoint } from '../../jobs/job.ts'
import type { TrainingUpdate } from '../training-result.ts'

/** Tells how far a training is, without flooding whoever listens. */
export interface Progress {
  /** A new state; told at once. */
  enter(state: NonNullable<TrainingUpdate['state']>, message: string): void
  /** Within a state, `done` of 0 to 1; told at most ten times a second. */
  advance(done: number, progress?: Partial<JobProgress>): void
  /** An iteration of a learner. */
  iterate(point: CurvePoint, best: number, iterations: number): void
  /** A number of clusters that was tried. */
  tried(points: readonly KSearchPoint[], done: number): void
  /** Metrics as soon as they are known; told at once. */
  metrics(metrics: Readonly<Record<string, number>>): void
}

interface Options {
  report: (update: TrainingUpdate) => void
  /** Milliseconds that only grow. */
  now?: () => number
}

/** Per cent at which each state begins, as the reference system counts, and where it ends. */
const SPANS = {
  LOADING: [5, 25],
  FEATURES: [25, 30],
  TRAINING: [30, 70],
  EVALUATING: [70, 85],
  REGISTERING: [85, 99],
} as const satisfies Record<NonNullable<TrainingUpdate['state']>, readonly [number, number]>

const PAUSE_MS = 100
const CURVE_POINTS = 500

export function createProgress({ report, now = () => performance.now() }: Options): Progress {
  let state: keyof typeof SPANS = 'LOADING'
  let enteredAt = now()
  let toldAt = -Infinity
  const curve: CurvePoint[] = []

  function tell(done: number, progress: Partial<JobProgress>): void {
    toldAt = now()
    const [from, to] = SPANS[state]
    report({ state, progress: { percent: from + (to - from) * Math.min(1, done), ...progress } })
  }

  function isDue(): boolean {
    return now() - toldAt >= PAUSE_MS
  }

  /** What the rest of this state takes, at the pace so far. */
  function etaOf(done: number): number | null {
    return done > 0 ? Math.round(((now() - enteredAt) * (1 - done)) / done) : null
  }

  return {
    enter(next, message) {
      state = next
      enteredAt = now()
      tell(0, { message, etaMs: null })
    },
    advance(done, progress = {}) {
      if (isDue()) tell(done, { etaMs: etaOf(done), ...progress })
    },
    iterate(point, best, iterations) {
      curve.push(point)
      if (!isDue()) return
      const { iteration } = point
      tell(iteration / iterations, {
        message: `Iteration ${iteration} of at most ${iterations}, the best so far is ${best}.`,
        etaMs: etaOf(iteration / iterations),
        iteration,
        iterations,
        bestIteration: best,
        curve: thinned(curve),
      })
    },
    tried(points, done) {
      tell(done, {
        message: `Tried ${points.length} numbers of clusters.`,
        etaMs: etaOf(done),
        kSearch: points,
      })
    },
    metrics: metrics => tell(1, { metrics }),
  }
}

/** At most 500 points, first and last among them. */
function thinned(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  if (curve.length <= CURVE_POINTS) return [...curve]
  const step = (curve.length - 1) / (CURVE_POINTS - 1)
  return Array.from({ length: CURVE_POINTS }, (_, i) => curve[Math.round(i * step)] as CurvePoint)
}
