import type { Tracking } from '#ports/tracking.ts'
import { RUN_TAGS } from '#subgraphs/run-tags.ts'
import { RUN_FILES } from '../training/run-files.ts'
import type { ChampionRecord } from './champion.ts'

/** MLflow's clients load a version by its alias only if it is a folder. */
const FOLDER = RUN_FILES.model.slice(0, RUN_FILES.model.lastIndexOf('/'))

/** What the champions of a use case are called in tracking's registry of models. */
const registeredModelOf = (useCase: string): string => `coelho-${useCase}`

/**
 * Points the alias `champion` of a use case's registered model at what control says, so that MLflow and its clients know it too.
 * Changes nothing if it is so already. Throws what the tracking port throws.
 */
export async function mirrorChampion(
  { models }: Pick<Tracking, 'models'>,
  useCase: string,
  { run, history }: ChampionRecord,
): Promise<void> {
  const model = registeredModelOf(useCase)
  if ((await models.byAlias(model, 'champion'))?.runId === run) return
  const known = (await models.versions(model)).find(({ runId }) => runId === run)
  const { version } =
    known ??
    (await models.createVersion({
      model,
      runId: run,
      artifactPath: FOLDER,
      description: history.findLast(({ to }) => to === run)?.reason ?? '',
      tags: { [RUN_TAGS.useCase]: useCase },
    }))
  await models.setAlias(model, 'champion', version)
}
