import type { LogRecord } from '#ports/event-log.ts'
import type { Column, TableSpec } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { typeNames } from '#use-cases/names.ts'
import { topicsOf } from '#use-cases/topics.ts'
import { eventColumns } from './event-columns.ts'
import { createEventRows } from './event-rows.ts'
import { createLabelRows, LABEL_COLUMNS } from './label-rows.ts'
import { LINEAGE, PARTITION_BY } from './lineage.ts'
import { createOutcomeRows, OUTCOME_COLUMNS } from './outcome-rows.ts'
import { createPredictionRows, predictionColumns } from './prediction-rows.ts'
import { QUARANTINE_COLUMNS, quarantineText } from './quarantine-rows.ts'
import type { RowReader } from './row-reading.ts'

export type LakeTableKind = 'events' | 'predictions' | 'outcomes' | 'labels' | 'quarantine'

export interface LakeTableSpec {
  readonly kind: LakeTableKind
  readonly useCase: string
  /** As statements write it: `tfd.events`. */
  readonly sqlName: string
  /** Topic of the log that fills it, and the table's name in the lake. The quarantine has no topic of its own: see `sources`. */
  readonly topic: string
  /** Topics whose records may become rows of it. */
  readonly sources: readonly string[]
  readonly spec: TableSpec
  /** What a record becomes; for the quarantine, what becomes of it there. */
  readonly read: RowReader
  /** The rows of a record as whole lines of JSON, one for most, as many as it has outcomes; null if it has none here. */
  rowOf(record: LogRecord): Uint8Array | null
}

export type LakeTables = Readonly<Record<LakeTableKind, LakeTableSpec>>

/** The lake's tables of a use case, derived from its declaration. Their rows are checked as learners check records. */
export function lakeTablesOf(useCase: UseCase): LakeTables {
  const topics = topicsOf(useCase)
  const { member } = typeNames(useCase)
  const { title, fields, id } = useCase
  const taken = Object.keys(fields).find(name => LINEAGE.some(column => column.name === name))
  if (taken !== undefined) {
    throw Object.assign(
      new Error(`Use case ${id} declares a field "${taken}", wanted one that is no column of lineage.`),
      {
        code: 'INVALID_USE_CASE',
      },
    )
  }

  const table = (
    kind: LakeTableKind,
    topic: string,
    columns: readonly Column[],
    description: string,
    read: RowReader,
    sources: readonly string[] = [topic],
  ): LakeTableSpec => ({
    kind,
    useCase: id,
    sqlName: `${member}.${kind}`,
    topic,
    sources,
    spec: { name: topic, columns: [...columns, ...LINEAGE], partitionBy: PARTITION_BY, description },
    read,
    rowOf(record) {
      const reading = read(record)
      return reading?.ok ? Buffer.from(reading.text) : null
    },
  })

  const filled = [
    table('events', topics.events, eventColumns(fields), `${title}: events.`, createEventRows(useCase)),
    table(
      'predictions',
      topics.predictions,
      predictionColumns(useCase),
      `${title}: predictions of training sessions.`,
      createPredictionRows(useCase),
    ),
    table(
      'outcomes',
      topics.outcomes,
      OUTCOME_COLUMNS,
      `${title}: what labels showed of predictions.`,
      createOutcomeRows(useCase),
    ),
    table('labels', topics.labels, LABEL_COLUMNS, `${title}: labels.`, createLabelRows(useCase)),
  ] as const
  const [events, predictions, outcomes, labels] = filled
  const readers = new Map(filled.map(({ topic, read }) => [topic, read]))
  const quarantine = table(
    'quarantine',
    `${topics.events}.quarantine`,
    QUARANTINE_COLUMNS,
    `${title}: records of which no row can be made.`,
    record => {
      const reading = readers.get(record.topic)?.(record)
      if (!reading || reading.ok) return null
      return { ok: true, text: quarantineText(record, reading), rows: 1 }
    },
    [...readers.keys()],
  )
  return { events, predictions, outcomes, labels, quarantine }
}
