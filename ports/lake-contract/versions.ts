import assert from 'node:assert/strict'
import { append, type Bench, code, events, eventsSpec, idsOf } from './bench.ts'

export const versionSpecifications = ({ specification }: Bench): void => {
  specification('shows every version as it was, by number and by instant', async ({ another }) => {
    let now = Date.parse('2026-01-05T12:00:00Z')
    const lake = await another(() => now)
    const table = await lake.ensureTable(eventsSpec)
    const commits = []
    for (let i = 0; i < 3; i++) {
      now += 60_000
      commits.push(await append(table, events(i, 1)))
    }
    for (const [index, { version, timestamp }] of commits.entries()) {
      for (const at of [{ version }, { timestamp }, { timestamp: timestamp + 59_999 }]) {
        const snapshot = await table.snapshot(at)
        assert.equal(snapshot.version, version)
        assert.equal((await idsOf(table, {}, snapshot)).length, index + 1)
      }
    }
    assert.equal((await table.snapshot({ timestamp: now + 86_400_000 })).version, 3)
    for (const at of [{ version: 4 }, { version: -1 }, { timestamp: 0 }])
      await assert.rejects(table.snapshot(at), code('LAKE_VERSION_UNKNOWN'), JSON.stringify(at))
  })

  specification(
    'sees what other processes commit, and snapshots stay what they were',
    async ({ lake, another }) => {
      const table = await lake.ensureTable(eventsSpec)
      const before = await table.snapshot()
      const other = await (await another()).ensureTable(eventsSpec)
      await append(other, events(0, 2))
      assert.equal((await table.snapshot()).version, 1)
      assert.deepEqual(await idsOf(table, {}, before), [])
    },
  )

  specification('lists versions, newest first, in pages', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    for (let i = 0; i < 4; i++) await append(table, events(10 * i, 10))
    const history = await table.history()
    assert.deepEqual(
      history.map(({ version, operation, addedFiles, addedRows }) => [
        version,
        operation,
        addedFiles,
        addedRows,
      ]),
      [
        [4, 'WRITE', 1, 10],
        [3, 'WRITE', 1, 10],
        [2, 'WRITE', 1, 10],
        [1, 'WRITE', 1, 10],
        [0, 'CREATE TABLE', 0, 0],
      ],
    )
    const pages = [await table.history({ limit: 2 }), await table.history({ limit: 2, before: 3 })]
    assert.deepEqual(
      pages.map(page => page.map(({ version }) => version)),
      [
        [4, 3],
        [2, 1],
      ],
    )
  })

  specification('a clock that jumps back makes no version older than the one before', async ({ another }) => {
    let now = Date.parse('2026-01-05T12:00:00Z')
    const table = await (await another(() => now)).ensureTable(eventsSpec)
    const first = await append(table, events(0, 1))
    now -= 3_600_000
    const second = await append(table, events(1, 1))
    assert.ok(second.timestamp > first.timestamp)
    assert.equal((await table.snapshot({ timestamp: second.timestamp })).version, 2)
    assert.equal((await table.snapshot({ timestamp: first.timestamp })).version, 1)
  })

  specification('a table of many versions opens at its newest one', async ({ lake, another }) => {
    const table = await lake.ensureTable(eventsSpec)
    for (let i = 0; i < 23; i++)
      await append(table, events(i, 1), [{ appId: 'sink', version: i, expected: i === 0 ? null : i - 1 }])
    await table.checkpoint()
    const other = await (await another()).open('events')
    const snapshot = await other?.snapshot()
    assert.deepEqual([snapshot?.version, snapshot?.rowCount, snapshot?.files.length], [23, 23, 23])
    assert.equal(snapshot?.transactions.get('sink'), 22)
    assert.deepEqual(snapshot?.files, (await table.snapshot()).files)
    assert.equal((await other?.snapshot({ version: 7 }))?.rowCount, 7)
  })
}
