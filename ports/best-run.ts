import type { Run, RunStatus, Tracking } from './tracking.ts'

export interface BestRunSearch {
  experimentId: string
  /** Only runs of this name. */
  name?: string
  /** Only runs with all of these tags. */
  tags?: Readonly<Record<string, string>>
  metric: string
  direction: 'HIGHER_IS_BETTER' | 'LOWER_IS_BETTER'
  /** Default: finished runs. */
  status?: readonly RunStatus[]
}

/**
 * The run whose last value of a metric is best, the newest among equals; null when no run has a number for it. The one place
 * that decides what "best" means: NaN and missing values never win, and the direction has to be said.
 */
export const bestRun = async (
  tracking: Pick<Tracking, 'searchRuns'>,
  { experimentId, name, tags, metric, direction, status = ['FINISHED'] }: BestRunSearch,
): Promise<Run | null> => {
  const { runs } = await tracking.searchRuns({
    experimentIds: [experimentId],
    status,
    ...(name !== undefined && { name }),
    ...(tags && { tags }),
    orderBy: { metric, direction: direction === 'HIGHER_IS_BETTER' ? 'DESC' : 'ASC' },
    limit: 1,
  })
  const best = runs[0]
  const last = best?.metrics.find(point => point.name === metric)
  return best && last && !Number.isNaN(last.value) ? best : null
}
