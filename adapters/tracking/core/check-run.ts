import { PortError } from '#ports/port-error.ts'
import type { NewRun } from '#ports/tracking.ts'
import { checkEntries } from './check-entries.ts'
import { checkText } from './check-text.ts'
import { RUN_NAME_TAG } from './run-tags.ts'

/** Throws `INVALID_ARGUMENT` for a run that MLflow would not take as it is. */
export const checkRun = ({ name, params, tags }: NewRun): void => {
  checkText('run name', name, 250)
  checkEntries({ ...(params && { params }), ...(tags && { tags }) })
  const tagged = tags?.[RUN_NAME_TAG]
  if (tagged !== undefined && tagged !== name) {
    throw new PortError(
      'INVALID_ARGUMENT',
      `The run has the name ${name} and the tag ${RUN_NAME_TAG}=${tagged}; they are the same thing to MLflow.`,
    )
  }
}
