import { userInfo } from 'node:os'
import type { NewRun } from '#ports/tracking.ts'

export const RUN_NAME_TAG = 'mlflow.runName'

/** A new run's tags with those by which MLflow's pages show its name, user and source. */
export const runTags = ({ name, tags }: NewRun): Record<string, string> => ({
  'mlflow.user': userName(),
  'mlflow.source.name': 'coelho-realtime',
  'mlflow.source.type': 'LOCAL',
  ...tags,
  [RUN_NAME_TAG]: name,
})

/** Containers may run under an id that has no name. */
const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}
