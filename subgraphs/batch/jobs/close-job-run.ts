import type { Tracking } from '#ports/tracking.ts'
import type { JobRecord } from './job.ts'
import { jobRunTags } from './job-run-entries.ts'
import { runStatusOf } from './open-job-run.ts'

/** Says in the run of a job that failed, was stopped, or went back to the queue what became of it. Throws what the port throws. */
export async function closeJobRun(tracking: Tracking, job: JobRecord): Promise<void> {
  await tracking.log(job.run, { tags: jobRunTags(job) })
  const end = job.endedAt === null ? {} : { endedAt: job.endedAt }
  await tracking.updateRun(job.run, { status: runStatusOf(job), ...end })
}
