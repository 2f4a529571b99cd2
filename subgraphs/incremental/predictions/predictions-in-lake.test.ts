import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import type { Column, Lake } from '#ports/lake.ts'
import { encodePredictionId } from '#subgraphs/prediction-id.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import { topicsOf } from '#use-cases/topics.ts'
import type { Sessions } from '../session/sessions-api.ts'
import { createPredictionLookup } from './prediction-lookup.ts'
import { createStoredPredictions } from './stored-predictions.ts'

const useCases = [tfd as UseCase]
const topics = topicsOf(tfd)
const column = (name: string, type: 'string' | 'long' | 'double'): Column => ({ name, type, nullable: true })
const opened = new AsyncDisposableStack()
let lake: Lake

async function write(name: string, columns: readonly Column[], rows: readonly object[]): Promise<void> {
  const table = await lake.ensureTable({ name, columns, partitionBy: [] })
  await table.append({
    rows: [Buffer.from(rows.map(row => `${JSON.stringify(row)}\n`).join(''))],
    rowCount: rows.length,
  })
}

before(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'predictions-in-lake-'))
  opened.defer(() => rm(directory, { recursive: true }))
  const objects = opened.use(await openFileObjects({ directory: join(directory, 'lake') }))
  lake = opened.use(await openDeltaLake({ objects, workDirectory: join(directory, 'work') }))
  const keys = [column('session', 'string'), column('seq', 'long')]
  for (const from of [0, 1000])
    await write(
      topics.predictions,
      [...keys, column('record', 'string')],
      Array.from({ length: 1000 }, (_, i) => ({
        session: 'one',
        seq: from + i,
        record: JSON.stringify({
          kind: 'prediction',
          useCase: 'TFD',
          session: 'one',
          seq: from + i,
          eventId: `event-${from + i}`,
          event: { note: 'ünïcode "quoted"' },
        }),
      })),
    )
  await write(
    topics.outcomes,
    [...keys, column('label', 'double')],
    [{ session: 'one', seq: 1500, label: 1 }],
  )
})
after(() => opened.disposeAsync())

/** Nothing in memory and nothing in the log. */
const elsewhere = { ring: { find: () => undefined }, index: { find: async () => null } }
const lookup = () =>
  createPredictionLookup({
    useCases,
    feeds: new Map([['TFD', elsewhere as never]]),
    outcomes: new Map(),
    sessions: { get: () => undefined } as unknown as Sessions,
    log: null as never,
    stored: createStoredPredictions({ lake: async () => lake, useCases }),
  })
const idOf = (seq: number, session = 'one') => encodePredictionId({ useCase: 'TFD', session, seq })

test('a prediction that memory and log no longer have is found in its table, as it was made', async () => {
  const { byId, label } = lookup()
  const found = await Promise.all([0, 1500, 1999].map(seq => byId(idOf(seq))))
  assert.deepEqual(
    found.map(prediction => [prediction?.id, prediction?.record.eventId]),
    [0, 1500, 1999].map(seq => [idOf(seq), `event-${seq}`]),
  )
  assert.deepEqual(found[1]?.record.event, { note: 'ünïcode "quoted"' })
  assert.equal(found[1] && (await label(found[1])), 1)
  assert.equal(found[0] && (await label(found[0])), null)
})

test('one that never was is null', async () => {
  const { byId } = lookup()
  assert.equal(await byId(idOf(2000)), null)
  assert.equal(await byId(idOf(1, "o'ne")), null)
})
