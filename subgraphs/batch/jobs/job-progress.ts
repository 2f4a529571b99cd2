import type { CurvePoint, JobProgress } from './job.ts'

export const NO_PROGRESS: JobProgress = {
  message: 'Waits for its turn.',
  percent: 0,
  etaMs: null,
  rows: null,
  iteration: null,
  iterations: null,
  curve: [],
  bestIteration: null,
  metrics: {},
  kSearch: [],
}

/** Enough to draw the curve in other processes; the run keeps every point. */
const SHARED_POINTS = 100

/** Progress as it goes through control and the cache: its curve with at most a hundred points, first and last among them. */
export function sharedProgress(progress: JobProgress): JobProgress {
  return { ...progress, curve: thinned(progress.curve) }
}

function thinned(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  if (curve.length <= SHARED_POINTS) return curve
  const step = (curve.length - 1) / (SHARED_POINTS - 1)
  return Array.from({ length: SHARED_POINTS }, (_, index) => curve[Math.round(index * step)] as CurvePoint)
}
