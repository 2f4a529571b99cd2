import type { Run, RunStatus, Tracking } from '#ports/tracking.ts'
import { experimentNameOf } from '#subgraphs/experiment-name.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JobRecord, JobState } from './job.ts'
import { jobRunParams, jobRunTags } from './job-run-entries.ts'

const STATUS_OF_END: Partial<Record<JobState, RunStatus>> = {
  QUEUED: 'SCHEDULED',
  DONE: 'FINISHED',
  FAILED: 'FAILED',
  STOPPED: 'KILLED',
}

/** Status of a job's run. */
export function runStatusOf({ state }: Pick<JobRecord, 'state'>): RunStatus {
  return STATUS_OF_END[state] ?? 'RUNNING'
}

/**
 * The run of a job: the one that carries its id (whoever made it may have died before it could tell), else a new one, which is
 * scheduled. Throws what the tracking port throws.
 */
export async function openJobRun(
  tracking: Tracking,
  useCase: Pick<UseCase, 'title'>,
  job: JobRecord,
): Promise<Run> {
  const { id: experimentId } = await tracking.ensureExperiment(experimentNameOf(useCase))
  const tags = { [RUN_TAGS.job]: job.id }
  const { runs } = await tracking.searchRuns({ experimentIds: [experimentId], tags, limit: 1 })
  const run =
    runs[0] ??
    (await tracking.createRun({
      experimentId,
      name: job.spec.learner,
      startedAt: job.queuedAt,
      params: jobRunParams(job.spec),
      tags: jobRunTags(job),
    }))
  return run.status === 'SCHEDULED' ? run : tracking.updateRun(run.id, { status: 'SCHEDULED' })
}
