import type { Run, Tracking } from '#ports/tracking.ts'
import { experimentNameOf } from '#subgraphs/experiment-name.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { UseCase } from '#use-cases/define.ts'

const PAGE = 200

/**
 * Ids of the sessions behind a use case's runs that count as RUNNING. Those of other deployments that log to the same
 * engine are among them: whoever asks knows its own. Throws what the tracking port throws.
 */
export async function sessionsOfRunningRuns(tracking: Tracking, useCase: UseCase): Promise<string[]> {
  const { id } = await tracking.ensureExperiment(experimentNameOf(useCase))
  const running: Run[] = []
  let pageToken: string | null | undefined
  do {
    const page = await tracking.searchRuns({
      experimentIds: [id],
      status: ['RUNNING'],
      limit: PAGE,
      ...(pageToken && { pageToken }),
    })
    running.push(...page.runs)
    pageToken = page.nextPageToken
  } while (pageToken)
  return running.flatMap(({ tags }) => tags[RUN_TAGS.session] ?? [])
}
