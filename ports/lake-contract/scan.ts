import assert from 'node:assert/strict'
import type { Condition } from '../lake.ts'
import { append, type Bench, code, events, eventsSpec, idsOf, rowsOf } from './bench.ts'

export const scanSpecifications = ({ specification }: Bench): void => {
  const all = ['2026-01-03', '2026-01-04', '2026-01-05'].flatMap((day, index) =>
    events(100 * index, 100, day),
  )

  specification('gives the rows for which all conditions are true', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    for (let i = 0; i < 3; i++) await append(table, all.slice(100 * i, 100 * i + 100))
    const cases: readonly [Condition[], (row: (typeof all)[number]) => boolean][] = [
      [[{ column: 'amount', op: '>', value: 30.25 }], row => (row.amount ?? 0) > 30.25],
      [[{ column: 'count', op: '<', value: 1.5 }], row => (row.count ?? 0) < 1.5],
      [
        [{ column: 'position', op: 'in', value: [3, '250', 999] }],
        row => row.position === 3 || row.position === 250,
      ],
      [[{ column: 'flag', op: '=', value: true }], row => row.flag === true],
      [[{ column: 'day', op: '>=', value: '2026-01-04' }], row => (row.day ?? '') >= '2026-01-04'],
      [
        [{ column: 'at', op: '<=', value: '2026-01-03T00:00:00.010Z' }],
        row => (row.at ?? '') <= '2026-01-03T00:00:00.010Z',
      ],
      [
        [
          { column: 'place.name', op: '=', value: 'place 1' },
          { column: 'position', op: '>=', value: 200 },
        ],
        row => row.place?.name === 'place 1' && Number(row.position) >= 200,
      ],
      [[{ column: 'id', op: 'in', value: [] }], () => false],
      [[{ column: 'id', op: '=', value: "' OR 1=1 --" }], () => false],
    ]
    for (const [where, test] of cases)
      assert.deepEqual(
        await idsOf(table, { where }),
        all.filter(test).map(({ id }) => id),
        JSON.stringify(where),
      )
  })

  specification('opens no file that partitions or statistics exclude', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    for (let i = 0; i < 3; i++) await append(table, all.slice(100 * i, 100 * i + 100))
    const snapshot = await table.snapshot()
    // A file that is not there shows by its error whether it is opened.
    const files = snapshot.files.map(file =>
      file.partition['day'] === '2026-01-05' ? file : { ...file, path: `${file.path}.gone` },
    )
    const damaged = { ...snapshot, files }
    for (const where of [
      [{ column: 'day', op: '=', value: '2026-01-05' }],
      [{ column: 'position', op: '>=', value: 200 }],
      [{ column: 'at', op: '>', value: '2026-01-05T00:00:00Z' }],
    ] satisfies Condition[][])
      assert.equal((await idsOf(table, { where }, damaged)).length, 100, JSON.stringify(where))
    await assert.rejects(idsOf(table, {}, damaged), code('LAKE_VERSION_UNKNOWN'))
  })

  specification('orders, limits and names columns as asked', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    await append(table, all)
    const rows = await rowsOf(table, {
      columns: ['count', 'place.lat'],
      orderBy: ['count', 'place.lat', 'id'],
      limit: 5,
    })
    assert.deepEqual(
      rows,
      all
        .toSorted(
          (a, b) =>
            (a.count ?? 0) - (b.count ?? 0) ||
            (a.place?.lat ?? 0) - (b.place?.lat ?? 0) ||
            (a.id < b.id ? -1 : 1),
        )
        .slice(0, 5)
        .map(row => ({ count: row.count, 'place.lat': row.place?.lat })),
    )
    assert.deepEqual(await rowsOf(table, { limit: 0 }), [])
    for (const options of [
      { columns: ['nothing'] },
      { orderBy: ['nothing'] },
      { where: [{ column: 'nothing', op: '=', value: 1 }] },
      { limit: -1 },
    ] as const)
      await assert.rejects(rowsOf(table, options), code('INVALID_ARGUMENT'), JSON.stringify(options))
  })

  specification('samples the same rows whatever the files, and others by another seed', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    const rows = events(0, 2000)
    for (let i = 0; i < 8; i++) await append(table, rows.slice(250 * i, 250 * i + 250))
    const sample = (seed: number, fraction = 0.25) => idsOf(table, { sample: { fraction, seed, by: ['id'] } })
    const chosen = await sample(1)
    assert.ok(chosen.length > 400 && chosen.length < 600, String(chosen.length))
    assert.notDeepEqual(await sample(2), chosen)
    const within = new Set(chosen)
    assert.ok(
      (await sample(1, 0.1)).every(id => within.has(id)),
      'a smaller sample is part of a larger one',
    )
    assert.equal((await sample(1, 1)).length, 2000)
    assert.notEqual(await table.compact(), null)
    assert.deepEqual(await sample(1), chosen)
    for (const fraction of [0, 1.5, Number.NaN])
      await assert.rejects(sample(1, fraction), code('INVALID_ARGUMENT'))
  })

  specification('ends when it is aborted, and when its reader has enough', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    await append(table, events(0, 20_000))
    const snapshot = await table.snapshot()
    for await (const { rowCount } of table.scan(snapshot)) {
      assert.ok(rowCount > 0 && rowCount <= 10_000)
      break
    }
    const reason = new Error('enough')
    const controller = new AbortController()
    const aborted = async () => {
      for await (const _ of table.scan(snapshot, { signal: controller.signal })) controller.abort(reason)
    }
    await assert.rejects(aborted, reason)
    await assert.rejects(idsOf(table, { signal: AbortSignal.abort(reason) }), reason)
  })

  specification('gives data files as files of this machine', async ({ lake }) => {
    const table = await lake.ensureTable(eventsSpec)
    await append(table, all)
    const { files } = await table.snapshot()
    await using local = await table.localFiles(files)
    assert.equal(local.paths.length, 3)
    assert.deepEqual(files.map(({ partition }) => partition['day']).sort(), [
      '2026-01-03',
      '2026-01-04',
      '2026-01-05',
    ])
  })
}
