import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Lake, LakeTable, RowBatch, ScanOptions } from '#ports/lake.ts'
import type { UseCase } from '#use-cases/define.ts'
import { tfd } from '#use-cases/tfd.ts'
import { createStoredPredictions } from './stored-predictions.ts'

const useCases = [tfd as UseCase]

/** A lake of tables with rows of session, seq and one more column; it writes down what it is asked for. */
function lakeOf(tables: Readonly<Record<string, readonly Record<string, unknown>[]>>) {
  const scans: { table: string; seqs: number[] }[] = []
  let running = 0
  let atOnce = 0
  let failure: Error | null = null
  const table = (name: string) => ({
    name,
    snapshot: async () => ({ table: name }),
    async *scan(_: unknown, { columns = [], where = [] }: ScanOptions): AsyncGenerator<RowBatch> {
      atOnce = Math.max(atOnce, ++running)
      const [session, seqs] = where.map(({ value }) => value) as [string, number[]]
      scans.push({ table: name, seqs })
      await new Promise(resolve => setTimeout(resolve, 5))
      running--
      if (failure) throw failure
      const rows = (tables[name] ?? []).filter(
        row => row['session'] === session && seqs.includes(row['seq'] as number),
      )
      yield {
        rowCount: rows.length,
        columns: Object.fromEntries(columns.map(column => [column, rows.map(row => row[column])])),
      }
    },
  })
  const lake = {
    open: async (name: string) => (name in tables ? (table(name) as unknown as LakeTable) : null),
  } as Lake
  return {
    stored: createStoredPredictions({ lake: async () => lake, useCases }),
    scans,
    mostAtOnce: () => atOnce,
    fail: (error: Error | null) => void (failure = error),
  }
}

const predictions = (count: number, session = 'one') =>
  Array.from({ length: count }, (_, seq) => ({
    session,
    seq,
    record: JSON.stringify({ v: 1, kind: 'prediction', session, seq, score: seq / 10 }),
  }))
const id = (seq: number, session = 'one') => ({ useCase: 'TFD', session, seq })
const TABLE = 'transaction_fraud_detection.predictions'

test('predictions that are asked for together are found in one look, and known from then on', async () => {
  const { stored, scans } = lakeOf({ [TABLE]: predictions(50) })
  const found = await Promise.all([3, 40, 3, 99].map(seq => stored.records.find(id(seq))))
  assert.deepEqual(
    found.map(record => record?.seq),
    [3, 40, 3, undefined],
  )
  assert.deepEqual(scans, [{ table: TABLE, seqs: [3, 40, 99] }])
  assert.equal((await stored.records.find(id(40)))?.score, 4)
  assert.equal(scans.length, 1)
})

test('a table is read once at a time, whoever asks meanwhile, and sessions apart', async () => {
  const { stored, scans, mostAtOnce } = lakeOf({ [TABLE]: [...predictions(9), ...predictions(9, 'two')] })
  const asked = [stored.records.find(id(1)), stored.records.find(id(1, 'two'))]
  await new Promise(resolve => setTimeout(resolve, 8))
  for (let seq = 2; seq < 9; seq++) asked.push(stored.records.find(id(seq)))
  const found = await Promise.all(asked)
  assert.deepEqual(
    found.map(record => `${record?.session} ${record?.seq}`),
    ['one 1', 'two 1', ...[2, 3, 4, 5, 6, 7, 8].map(seq => `one ${seq}`)],
  )
  assert.equal(mostAtOnce(), 1)
  assert.ok(scans.length <= 3, `${scans.length} looks`)
})

test('the label of a prediction is that of its outcome', async () => {
  const { stored } = lakeOf({
    'transaction_fraud_detection.outcomes': [
      { session: 'one', seq: 7, label: 1 },
      { session: 'one', seq: 8, label: 0 },
      { session: 'one', seq: 9, label: null },
    ],
  })
  assert.deepEqual(await Promise.all([7, 8, 9, 10].map(seq => stored.labels.find(id(seq)))), [
    1,
    0,
    null,
    null,
  ])
})

test('without a table, or for a use case that there is not, nothing is found', async () => {
  const { stored } = lakeOf({})
  assert.equal(await stored.records.find(id(1)), null)
  assert.equal(await stored.records.find({ ...id(1), useCase: 'NONE' }), null)
})

test('those who ask are told what went wrong, and the next ones ask anew', async () => {
  const { stored, fail } = lakeOf({ [TABLE]: predictions(5) })
  fail(Object.assign(new Error('The store is away.'), { code: 'ENGINE_UNREACHABLE' }))
  for (const result of await Promise.allSettled([stored.records.find(id(1)), stored.records.find(id(2))]))
    assert.equal(result.status === 'rejected' && result.reason.code, 'ENGINE_UNREACHABLE')
  fail(null)
  assert.equal((await stored.records.find(id(1)))?.seq, 1)
})

test('a row that holds no prediction is an error with a code', async () => {
  const { stored } = lakeOf({ [TABLE]: [{ session: 'one', seq: 1, record: '{' }] })
  await assert.rejects(stored.records.find(id(1)), { code: 'LAKE_TABLE_CORRUPT' })
})
