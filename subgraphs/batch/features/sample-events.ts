import type { Column, Lake, RowBatch } from '#ports/lake.ts'
import { CodedError } from '#subgraphs/coded-error.ts'
import { trainingSnapshot } from '#subgraphs/training-snapshot.ts'
import type { UseCase } from '#use-cases/define.ts'
import type { JsonEvent } from '#use-cases/generator.ts'
import { createEventMapper } from '#use-cases/event-to-graphql.ts'

const MOST = 1000
/** Rows are chosen by a hash of their place, each on its own, so that some more have to be asked for than are wanted. */
const SPARE = 4
const SPARE_ROWS = 50

/**
 * Events out of the newest version of their table as GraphQL wants them; the same for the same seed and version.
 * @throws CodedError `BAD_USER_INPUT`, `TRAINING_DATA_MISSING`.
 */
export async function sampleEvents({
  lake,
  useCase,
  n,
  seed,
  signal,
}: {
  lake: Lake
  useCase: UseCase
  n: number
  seed: number
  signal?: AbortSignal | undefined
}): Promise<Record<string, unknown>[]> {
  if (!Number.isInteger(n) || n < 1 || n > MOST)
    throw new CodedError('BAD_USER_INPUT', `n: ${n} given, a whole number from 1 to ${MOST} wanted.`)
  const columns = Object.keys(useCase.fields)
  const total = (await (await lake.open(useCase.topic))?.snapshot())?.rowCount ?? 0
  const share = total === 0 ? 1 : Math.min(1, (SPARE * n + SPARE_ROWS) / total)
  const options = { lake, useCase, seed, signal, ...(share < 1 && { sample: share }) }
  const snapshot = await trainingSnapshot({
    ...options,
    columns: known(columns, await columnsOf(lake, useCase)),
  })
  const events: JsonEvent[] = []
  for await (const batch of snapshot.batches) events.push(...eventsOf(batch))
  // Evenly over the whole sample, which is in the order of time.
  const step = Math.max(1, events.length / n)
  const chosen = Array.from({ length: Math.min(n, events.length) }, (_, i) => events[Math.floor(i * step)])
  const { toGraphql } = createEventMapper(useCase)
  return chosen.flatMap(event => (event ? [toGraphql(event)] : []))
}

async function columnsOf(lake: Lake, { topic }: UseCase): Promise<readonly Column[]> {
  return (await (await lake.open(topic))?.snapshot())?.columns ?? []
}

/** A table that another version of this software made may lack a field. */
function known(names: readonly string[], columns: readonly Column[]): string[] | undefined {
  if (columns.length === 0) return undefined
  return names.filter(name => columns.some(column => column.name === name))
}

function eventsOf({ rowCount, columns }: RowBatch): JsonEvent[] {
  const entries = Object.entries(columns)
  return Array.from({ length: rowCount }, (_, row) =>
    Object.fromEntries(
      entries.flatMap(([name, values]) => (values[row] === null ? [] : [[name, values[row]]])),
    ),
  )
}
