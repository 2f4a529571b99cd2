import type { Run, Tracking } from '#ports/tracking.ts'
import { experimentNameOf } from '#subgraphs/experiment-name.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import type { UseCase } from '#use-cases/define.ts'
import { runParams } from './run-params.ts'
import { runTagsOf } from './run-tags-of.ts'
import type { SessionView } from '../session/session-view.ts'

/**
 * The run of a session: the one it knows, else the one that carries its id (its creator may have died before it could tell),
 * else a new one. Throws what the tracking port throws.
 */
export async function openRun({
  view,
  useCase,
  tracking,
  codeVersion,
}: {
  view: SessionView
  useCase: UseCase
  tracking: Tracking
  codeVersion: string
}): Promise<Run> {
  const { record } = view
  const known = record.run ? await tracking.run(record.run) : null
  if (known) return known
  const { id: experimentId } = await tracking.ensureExperiment(experimentNameOf(useCase))
  const tags = { [RUN_TAGS.session]: record.id }
  const { runs } = await tracking.searchRuns({ experimentIds: [experimentId], tags, limit: 1 })
  if (runs[0]) return runs[0]
  return tracking.createRun({
    experimentId,
    name: record.learner,
    startedAt: record.startedAt,
    params: runParams({ record, useCase, codeVersion }),
    tags: runTagsOf(record, codeVersion),
  })
}
