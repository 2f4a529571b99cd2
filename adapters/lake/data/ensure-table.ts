import { randomUUID } from 'node:crypto'
import type { TableSpec } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { MetaData } from '../log/actions.ts'
import type { LogState } from '../log/log-state.ts'
import type { DeltaLog } from '../log/open-delta-log.ts'
import { schemaOfColumns } from '../log/schema-codec.ts'
import { checkSpec } from './check-spec.ts'
import { evolveSchema } from './evolve-schema.ts'

/** Others that create or extend the same table at the same time are looked at anew this often. */
const TRIES = 20

/** The table as it is, created, or extended by what it lacks. */
export const ensureTable = async (log: DeltaLog, spec: TableSpec, now: () => number): Promise<void> => {
  checkSpec(spec)
  for (let attempt = 1; ; attempt++) {
    const state = await log.state()
    try {
      if (state === null) return void (await create(log, spec, now()))
      const schemaString = evolveSchema(state.metadata, spec)
      if (schemaString === null) return
      return void (await extend(log, state, schemaString))
    } catch (error) {
      const lost = error instanceof PortError && error.code === 'LAKE_TRANSACTION_CONFLICT'
      if (!lost || attempt === TRIES) throw error
    }
  }
}

/** Versions come every few seconds, so a day of them and of the small files that compaction removed is enough to travel in. */
const CONFIGURATION: Readonly<Record<string, string>> = {
  'delta.logRetentionDuration': 'interval 1 days',
  'delta.deletedFileRetentionDuration': 'interval 1 days',
}

const create = (
  log: DeltaLog,
  { name, description, columns, partitionBy }: TableSpec,
  now: number,
): Promise<LogState> => {
  const metaData: MetaData = {
    id: randomUUID(),
    name,
    ...(description === undefined ? {} : { description }),
    format: { provider: 'parquet', options: {} },
    schemaString: schemaOfColumns(columns),
    partitionColumns: [...partitionBy],
    createdTime: now,
    configuration: { ...CONFIGURATION },
  }
  return log.commit({
    kind: 'metadata',
    actions: [{ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }, { metaData }],
    operation: 'CREATE TABLE',
    operationParameters: {
      partitionBy: JSON.stringify(partitionBy),
      properties: JSON.stringify(CONFIGURATION),
    },
    read: null,
  })
}

const extend = (log: DeltaLog, read: LogState, schemaString: string): Promise<LogState> =>
  log.commit({
    kind: 'metadata',
    actions: [{ metaData: { ...read.metadata.raw, schemaString } }],
    operation: 'ADD COLUMNS',
    read,
  })
