import type { FeatureInput } from '#learn/batch/model/batch-model.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

/** The values of named features of one event, in the order of the names. */
export type FeatureReader = (
  event: JsonEvent,
  windows: Readonly<Record<string, number | null>> | null,
) => FeatureInput[]

/**
 * Reads features by the functions that the use case declares, the same in training and serving. Names of windows are read from
 * what was recorded with a prediction, null where nothing is known of the entity.
 * @throws CodedError `FEATURE_UNKNOWN` for a name that the use case no longer declares.
 */
export function featureReader({
  useCase,
  names,
}: {
  useCase: UseCase
  names: readonly string[]
}): FeatureReader {
  const readers = names.map(
    (name): ((event: JsonEvent, windows: Readonly<Record<string, number | null>> | null) => FeatureInput) => {
      const feature = useCase.features.find(candidate => candidate.name === name)
      if (feature) return event => feature.of(event)
      if (useCase.windows.some(window => window.name === name)) return (_, windows) => windows?.[name] ?? null
      // Fields that only training with the debug fields reads.
      if (useCase.fields[name]?.debug) return event => event[name] as FeatureInput
      throw new CodedError(
        'FEATURE_UNKNOWN',
        `${useCase.id} has no feature "${name}", which the model was trained with.`,
      )
    },
  )
  return (event, windows) => readers.map(read => read(event, windows))
}
