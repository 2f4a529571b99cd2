import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Column, ColumnType } from '#ports/lake.ts'
import { PortError } from '#ports/port-error.ts'
import type { Action, MetaData } from './actions.ts'
import type { DeltaLog } from './open-delta-log.ts'
import { schemaOfColumns } from './schema-codec.ts'
import { addOf, appendFiles, createTable, createTestStore, filesOf, tableActions } from './testing.ts'

const opened = async (configuration?: Record<string, string>) => {
  const store = createTestStore()
  const log = store.open()
  await createTable(log, configuration)
  return { store, log, other: store.open() }
}

const unreachable = () => new PortError('ENGINE_UNREACHABLE', 'No answer.')
const remove = (path: string): Action => ({ remove: { path, deletionTimestamp: 0, dataChange: false } })
const metaDataOf = async (log: DeltaLog): Promise<MetaData> => {
  const state = await log.state()
  assert.ok(state)
  return state.metadata.raw
}

describe('a commit', () => {
  it('takes the next free version where others were quicker', async () => {
    const { log, other } = await opened()
    const read = await log.state()
    await appendFiles(other, 'a')
    await appendFiles(other, 'b')
    const state = await log.commit({
      kind: 'append',
      operation: 'WRITE',
      read,
      actions: [{ add: addOf('c') }],
    })
    assert.equal(state.version, 3)
    assert.deepEqual([...state.files.keys()].sort(), ['a', 'b', 'c'])
  })

  it('of three writers at once is never lost: 45 of 45', async () => {
    const { store, log } = await opened()
    // A store that answers late makes them meet.
    store.hooks.before = () => new Promise(resolve => setImmediate(resolve))
    const writer = async (name: string) => {
      const own = store.open()
      for (let i = 0; i < 15; i++) await appendFiles(own, `${name}${i}`)
    }
    await Promise.all(['a', 'b', 'c'].map(writer))
    const state = await log.state()
    assert.equal(state?.version, 45)
    assert.equal(state?.files.size, 45)
    assert.ok(store.calls.filter(call => call.startsWith('putIfAbsent')).length > 46, 'nobody met anybody')
  })

  it('whose answer was lost is recognised as its own', async () => {
    const { store, log } = await opened()
    let fails = 2
    store.hooks.after = () => {
      if (fails-- > 0) throw unreachable()
    }
    assert.equal(await appendFiles(log, 'a'), 1)
    assert.deepEqual(await filesOf(store.open()), ['a'])
  })

  it('whose answer was lost for good is found before the error is told', async () => {
    const { store, log } = await opened()
    store.hooks.after = () => {
      throw unreachable()
    }
    assert.equal(await appendFiles(log, 'a'), 1)
  })

  it('that never reached the store changes nothing', async () => {
    const { store, log } = await opened()
    // As a process that dies between its data file and the commit leaves it.
    store.write('part-0.parquet', 'data')
    store.hooks.before = call => {
      if (call === 'putIfAbsent') throw unreachable()
    }
    await assert.rejects(appendFiles(log, 'part-0.parquet'), { code: 'ENGINE_UNREACHABLE' })
    store.hooks.before = () => {}
    assert.equal((await log.state())?.version, 0)
    assert.equal(await appendFiles(log, 'part-1.parquet'), 1)
    assert.deepEqual(await filesOf(log), ['part-1.parquet'])
  })

  it('is not tried again where there is no room', async () => {
    const { store, log } = await opened()
    store.calls.length = 0
    store.hooks.before = call => {
      if (call === 'putIfAbsent') throw new PortError('STORAGE_FULL', 'No room.')
    }
    await assert.rejects(appendFiles(log, 'a'), { code: 'STORAGE_FULL' })
    assert.equal(store.calls.filter(call => call.startsWith('putIfAbsent')).length, 1)
  })

  it('does not count where the table stands elsewhere than expected', async () => {
    const { store, log, other } = await opened()
    const append = (writer: DeltaLog, version: number, expected: number | null) =>
      writer.state().then(read =>
        writer.commit({
          kind: 'append',
          operation: 'WRITE',
          read,
          actions: [{ add: addOf(`f${version}`) }, { txn: { appId: 'sink', version } }],
          expectedTransactions: [{ appId: 'sink', expected }],
        }),
      )
    await append(log, 10, null)
    await append(other, 20, 10)
    await assert.rejects(append(log, 15, 10), {
      code: 'LAKE_TRANSACTION_CONFLICT',
      details: { table: 't', appId: 'sink', expected: 10, version: 20 },
    })
    assert.deepEqual(await filesOf(store.open()), ['f10', 'f20'])
  })

  it('that creates the table is refused if another has', async () => {
    const { other } = await opened()
    await assert.rejects(createTable(other), { code: 'LAKE_TRANSACTION_CONFLICT' })
  })

  it('that removes a file conflicts with its removal by another, not with appends', async () => {
    const { log, other } = await opened()
    await appendFiles(log, 'a', 'b')
    const read = await log.state()
    await appendFiles(other, 'c')
    const merge = (into: string): Action[] => [remove('a'), remove('b'), { add: addOf(into) }]
    await log.commit({ kind: 'rewrite', operation: 'OPTIMIZE', read, actions: merge('ab') })
    assert.deepEqual(await filesOf(other), ['ab', 'c'])
    await assert.rejects(
      other.commit({ kind: 'rewrite', operation: 'OPTIMIZE', read, actions: merge('ab2') }),
      {
        code: 'LAKE_TRANSACTION_CONFLICT',
      },
    )
  })

  it('of rows holds where columns and members came in between, and fails where one that it wrote changed', async () => {
    const place = (...names: string[]): ColumnType => ({
      type: 'struct',
      fields: names.map(name => ({ name, type: 'double', nullable: true })),
    })
    const schema = (id: ColumnType, at: ColumnType, more: Column[] = []): string =>
      schemaOfColumns([
        { name: 'id', type: id, nullable: true },
        { name: 'at', type: at, nullable: true },
        ...more,
      ])
    const { log, other } = await opened()
    const raw = await metaDataOf(other)
    const evolve = async (schemaString: string) =>
      other.commit({
        kind: 'metadata',
        operation: 'CHANGE COLUMN',
        read: await other.state(),
        actions: [{ metaData: { ...raw, schemaString } }],
      })
    await evolve(schema('long', place('lat')))
    const read = await log.state()
    const append = () =>
      log.commit({ kind: 'append', operation: 'WRITE', read, actions: [{ add: addOf('a') }] })
    const x: Column = { name: 'x', type: 'double', nullable: true }
    await evolve(schema('long', place('lat', 'lon'), [x]))
    await append()
    for (const [changed, message] of [
      [schema('string', place('lat')), /column "id" has another type/],
      [schema('long', place('lon')), /column "at\.lat" has gone/],
      [schema('long', place('lat'), [{ ...x, nullable: false }]), /new column "x" needs a value/],
    ] as const) {
      await evolve(changed)
      await assert.rejects(append(), { code: 'LAKE_TRANSACTION_CONFLICT', message })
    }
  })

  it('is not refused for certain after an answer was lost', async () => {
    const { store, log } = await opened()
    let answers = 0
    store.hooks.before = call => {
      if (call !== 'putIfAbsent') return
      answers++
      // The first request is still on its way when the second is refused.
      throw answers === 1 ? unreachable() : new PortError('STORAGE_FULL', 'No room.')
    }
    await assert.rejects(appendFiles(log, 'a'), { code: 'ENGINE_UNREACHABLE' })
    assert.equal(answers, 2)
  })

  it('of metadata conflicts with other metadata', async () => {
    const { log, other } = await opened()
    const read = await log.state()
    const metaData = { ...(await metaDataOf(log)), description: 'One of two.' }
    const change = (writer: DeltaLog) =>
      writer.commit({ kind: 'metadata', operation: 'SET TBLPROPERTIES', read, actions: [{ metaData }] })
    const configured = { ...metaData, configuration: { 'delta.appendOnly': 'false' } }
    await other.commit({
      kind: 'metadata',
      operation: 'SET TBLPROPERTIES',
      read,
      actions: [{ metaData: configured }],
    })
    await assert.rejects(change(log), { code: 'LAKE_TRANSACTION_CONFLICT' })
  })

  it('never has a time below the one before, although the clock was set back', async () => {
    const { store, log } = await opened()
    const times = [(await log.state())?.timestamp]
    store.clock.now -= 86_400_000
    for (const file of ['a', 'b']) {
      await appendFiles(log, file)
      times.push((await log.state())?.timestamp)
    }
    const first = times[0] as number
    assert.deepEqual(times, [first, first + 1, first + 2])
    assert.equal((await store.open().state())?.timestamp, first + 2)
  })

  it('keeps the rules of an append-only table', async () => {
    const { log } = await opened({ 'delta.appendOnly': 'true' })
    await appendFiles(log, 'a')
    const commit = async (dataChange: boolean) =>
      log.commit({
        kind: 'rewrite',
        operation: 'DELETE',
        read: await log.state(),
        actions: [{ remove: { path: 'a', dataChange } }],
      })
    await assert.rejects(commit(true), { code: 'LAKE_UNSUPPORTED' })
    await commit(false)
  })

  it('gives up a table whose log has gone', async () => {
    const { store, log } = await opened()
    const read = await log.state()
    store.contents.clear()
    const actions = [...tableActions(), { add: addOf('a') }]
    await assert.rejects(store.open().commit({ kind: 'append', operation: 'WRITE', read, actions }), {
      code: 'LAKE_TRANSACTION_CONFLICT',
    })
  })
})
