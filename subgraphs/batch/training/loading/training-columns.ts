import type { BatchColumn } from '#learn/batch/dataset.ts'
import type { UseCase } from '#use-cases/define.ts'
import { createEntityWindows } from '#use-cases/windows/entity-windows.ts'
import type { JobSpec } from '../../jobs/job.ts'
import { fieldsRead } from './fields-read.ts'

/** What a training reads. */
export interface TrainingColumns {
  /** Features of the event itself, in order. */
  readonly features: readonly Pick<BatchColumn, 'name' | 'kind'>[]
  /** Names of all windows, if they are columns; else none. */
  readonly windows: readonly string[]
  /** Fields of the event that have to be loaded for them. */
  readonly fields: readonly string[]
  /** Field that groups rows for clustering; null where a row is an event. */
  readonly groupField: string | null
  /** Field that divides a group's rows; null where nothing does. */
  readonly sequenceField: string | null
}

/** Words that were searched for, which charts of clusters show. */
export const TEXT_FIELD = 'search_query'

/** What a specification wants to be read. */
export function trainingColumns(useCase: UseCase, spec: JobSpec): TrainingColumns {
  const debug = spec.includeDebugFeatures
    ? Object.entries(useCase.fields).flatMap(([name, field]) =>
        field.debug ? [{ name, kind: 'numeric' as const }] : [],
      )
    : []
  const features = [...useCase.features.map(({ name, kind }) => ({ name, kind })), ...debug]
  const hasWindows = spec.parameters['windows'] === 'on'
  const windows = hasWindows ? createEntityWindows(useCase) : null
  const { groupField, sequenceField } = groupingOf(useCase, spec)
  const read = fieldsRead(useCase, event => {
    for (const feature of useCase.features) feature.of(event)
    windows?.values(event, 0)
    windows?.add(event, 0)
  })
  const isClustering = useCase.task === 'clustering'
  const more = [
    ...debug.map(({ name }) => name),
    ...[groupField, sequenceField].filter(name => name !== null),
    ...(isClustering && useCase.fields[TEXT_FIELD] ? [TEXT_FIELD] : []),
  ]
  return {
    features,
    windows: windows?.names ?? [],
    fields: [...new Set([...read, ...more])],
    groupField,
    sequenceField,
  }
}

function groupingOf({ group, windows }: UseCase, { segment }: JobSpec) {
  if (segment === 'SESSIONS') return { groupField: group, sequenceField: null }
  if (segment !== 'CUSTOMERS') return { groupField: null, sequenceField: null }
  // Whose windows are declared beside those of the session is who comes back.
  const customer = windows.find(({ key }) => key !== group)?.key ?? null
  return { groupField: customer, sequenceField: group }
}
