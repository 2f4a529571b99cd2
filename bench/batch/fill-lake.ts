import { join } from 'node:path'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import { lakeTablesOf } from '#subgraphs/sql/tables/lake-tables.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'

const BATCH = 50_000

/** A lake in `directory` whose table of events holds these, as the sink would have written them. */
export async function fillLake({
  directory,
  useCase,
  events,
}: {
  directory: string
  useCase: UseCase
  events: readonly JsonEvent[]
}): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const objects = stack.use(await openFileObjects({ directory: join(directory, 'lake') }))
  const lake = stack.use(await openDeltaLake({ objects, workDirectory: join(directory, 'work') }))
  const { events: table } = lakeTablesOf(useCase)
  const target = await lake.ensureTable(table.spec)
  for (let from = 0; from < events.length; from += BATCH) {
    const rows = events.slice(from, from + BATCH).map((event, index) => {
      const row = table.rowOf({
        topic: table.topic,
        partition: 0,
        offset: from + index,
        timestamp: Date.parse(event[useCase.time] as string),
        key: null,
        value: Buffer.from(JSON.stringify(event)),
        headers: {},
      })
      if (!row) throw new Error(`Event ${from + index} becomes no row of the lake.`)
      return row
    })
    await target.append({ rows, rowCount: rows.length })
  }
}
