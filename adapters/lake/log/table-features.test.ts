import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Action, MetaData, Protocol } from './actions.ts'
import { commitName } from './log-names.ts'
import { addOf, createTestStore, tableActions } from './testing.ts'

const tableWith = (
  { protocol, metaData }: { protocol?: Protocol; metaData?: Partial<MetaData> },
  ...more: object[]
) => {
  const store = createTestStore()
  const actions: object[] = tableActions().map((action): Action => {
    if (action.protocol !== undefined && protocol !== undefined) return { protocol }
    return action.metaData === undefined ? action : { metaData: { ...action.metaData, ...metaData } }
  })
  store.write(commitName(0), [...actions, ...more].map(action => JSON.stringify(action)).join('\n'))
  return store.open()
}

const unsupported = (feature: string) => ({ code: 'LAKE_UNSUPPORTED', details: { table: 't', feature } })

describe('a table that asks for more than reader 1 and writer 2', () => {
  for (const feature of ['deletionVectors', 'v2Checkpoint', 'timestampNtz', 'typeWidening', 'somethingNew']) {
    it(`is refused by the name of its reader feature ${feature}`, async () => {
      const protocol = {
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: [feature],
        writerFeatures: [feature],
      }
      await assert.rejects(tableWith({ protocol }).state(), unsupported(feature))
    })
  }

  it('is refused for column mapping, and read where it only could have it', async () => {
    const protocol = { minReaderVersion: 2, minWriterVersion: 5 }
    const metaData = { configuration: { 'delta.columnMapping.mode': 'name' } }
    await assert.rejects(tableWith({ protocol, metaData }).state(), unsupported('columnMapping'))
    assert.equal((await tableWith({ protocol }).state())?.version, 0)
  })

  it('is refused for a reader version or format of the future', async () => {
    const protocol = { minReaderVersion: 4, minWriterVersion: 8 }
    await assert.rejects(tableWith({ protocol }).state(), unsupported('reader version 4'))
    const metaData = { format: { provider: 'orc', options: {} } }
    await assert.rejects(tableWith({ metaData }).state(), unsupported('format orc'))
  })

  it('is refused for a file with a deletion vector, and for one outside of the table', async () => {
    const add = { ...addOf('a'), deletionVector: { storageType: 'u' } }
    await assert.rejects(tableWith({}, { add }).state(), unsupported('deletionVectors'))
    await assert.rejects(
      tableWith({}, { add: addOf('s3://elsewhere/a') }).state(),
      unsupported('files outside of the table'),
    )
  })

  it('knows files under the absolute path of the table', async () => {
    const log = tableWith({}, { add: addOf('s3://bucket/lake/t/a%20b') })
    assert.deepEqual([...((await log.state())?.files.keys() ?? [])], ['a b'])
  })

  it('is refused for checkpoints of version 2 by their name and by their content', async () => {
    const store = createTestStore()
    const name = commitName(3).replace('json', 'checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11')
    store.write(`${name}.parquet`, 'PAR1')
    await assert.rejects(store.open().state(), unsupported('v2Checkpoint'))
    store.write(
      commitName(3).replace('json', 'checkpoint.parquet'),
      JSON.stringify({ rows: [{ checkpointMetadata: { version: 3 } }, ...tableActions()] }),
    )
    await assert.rejects(store.open().state(), unsupported('v2Checkpoint'))
  })

  for (const [what, protocol, metaData, feature] of [
    ['a writer version', { minReaderVersion: 1, minWriterVersion: 4 }, {}, 'writer version 4'],
    [
      'a writer feature',
      { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['appendOnly', 'rowTracking'] },
      {},
      'rowTracking',
    ],
    [
      'invariants',
      { minReaderVersion: 1, minWriterVersion: 2 },
      {
        schemaString:
          '{"type":"struct","fields":[{"name":"s","type":{"type":"struct","fields":[{"name":"x","type":"long","nullable":true,' +
          '"metadata":{"delta.invariants":"{}"}}]},"nullable":true,"metadata":{}}]}',
      },
      'invariants of column s.x',
    ],
  ] as const) {
    it(`is readable but not writable for ${what}`, async () => {
      const log = tableWith({ protocol: protocol as Protocol, metaData })
      const read = await log.state()
      assert.equal(read?.version, 0)
      const actions = [{ add: addOf('a') }]
      await assert.rejects(
        log.commit({ kind: 'append', operation: 'WRITE', read, actions }),
        unsupported(feature),
      )
    })
  }

  it('is writable where it names but the features that it has always had', async () => {
    const protocol = {
      minReaderVersion: 1,
      minWriterVersion: 7,
      writerFeatures: ['appendOnly', 'invariants'],
    }
    const log = tableWith({ protocol })
    const actions = [{ add: addOf('a') }]
    const state = await log.commit({ kind: 'append', operation: 'WRITE', read: await log.state(), actions })
    assert.equal(state.version, 1)
  })
})
