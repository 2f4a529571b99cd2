import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { createMemoryEventLog } from '#adapters/event-log/memory.ts'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import type { LogRecord } from '#ports/event-log.ts'
import type { Lake } from '#ports/lake.ts'
import { openTails } from './open-tails.ts'
import type { TailRows, TailTable } from './tails.ts'

const TOPIC = 'things'
/** Every value that is a number is a row; others do not belong there. */
const table: TailTable = {
  topic: TOPIC,
  spec: { name: TOPIC },
  rowOf: ({ partition, offset, value }: LogRecord) => {
    const n = Number(new TextDecoder().decode(value))
    return Number.isNaN(n) ? null : new TextEncoder().encode(`${JSON.stringify({ n, partition, offset })}\n`)
  },
}

const setup = async (limits = {}, lake?: Lake) => {
  const log = createMemoryEventLog()
  await log.createTopics([{ name: TOPIC, partitions: 2 }])
  const notices: string[] = []
  const notice = (_: unknown, message: string) => void notices.push(message)
  const tails = openTails({ log, useCases: [], tables: [table], lake, limits, notice })
  const append = (values: readonly (number | string)[], partition: number) =>
    log.append(
      TOPIC,
      values.map(value => ({ value: String(value) })),
      { partition },
    )
  return {
    log,
    tails,
    append,
    notices,
    async [Symbol.asyncDispose]() {
      await tails[Symbol.asyncDispose]()
      await log[Symbol.asyncDispose]()
    },
  }
}

/** A snapshot whose transactions stand before these offsets. */
const snapshotAt = (positions: readonly number[], version = 1) => ({
  table: TOPIC,
  version,
  transactions: new Map(
    positions.flatMap((at, partition) => (at > 0 ? [[`sink:${TOPIC}:${partition}`, at - 1] as const] : [])),
  ),
})

const numbers = ({ rows }: TailRows): number[] =>
  rows
    .flatMap(part => new TextDecoder().decode(part).trimEnd().split('\n'))
    .map(line => (JSON.parse(line) as { n: number }).n)
    .toSorted((a, b) => a - b)

describe('the tail of a table', () => {
  it('has what was appended before the call and is behind the snapshot, and nothing else', async () => {
    await using bench = await setup()
    await bench.append([0, 1, 2], 0)
    await bench.append([10, 'no row', 12], 1)
    assert.deepEqual(numbers(await bench.tails.behind(snapshotAt([0, 0]))), [0, 1, 2, 10, 12])
    const some = await bench.tails.behind(snapshotAt([2, 1]))
    assert.deepEqual(numbers(some), [2, 12])
    assert.deepEqual([some.rowCount, some.positions], [2, [3, 3]])
    await bench.append([3], 0)
    assert.deepEqual(numbers(await bench.tails.behind(snapshotAt([3, 3]))), [3])
  })

  it('is empty without rows, and says where it ends', async () => {
    await using bench = await setup()
    const rows = await bench.tails.behind(snapshotAt([0, 0]))
    assert.deepEqual([rows.rows, rows.rowCount, rows.positions, rows.oldestAt], [[], 0, [0, 0], null])
  })

  it('neither loses nor doubles a row, whatever its memory, in any order of appends and calls', async () => {
    const step = fc.oneof(
      fc.record({ append: fc.nat(6), partition: fc.nat(1) }),
      fc.record({ ask: fc.tuple(fc.nat(20), fc.nat(20)) }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        fc.constantFrom(0, 300, 1e6),
        async (steps, ringBytes) => {
          await using bench = await setup({ ringBytes })
          const written: number[][] = [[], []]
          const asked: Promise<void>[] = []
          for (const [index, entry] of steps.entries()) {
            if ('append' in entry) {
              const values = Array.from({ length: entry.append }, (_, i) => index * 100 + i)
              if (values.length === 0) continue
              await bench.append(values, entry.partition)
              written[entry.partition]!.push(...values)
              continue
            }
            const from = entry.ask.map((at, partition) => Math.min(at, written[partition]!.length))
            const atCall = written.map(values => values.length)
            // Not awaited: appends go on meanwhile.
            asked.push(
              bench.tails.behind(snapshotAt(from, index)).then(rows => {
                const wanted = written.flatMap((values, p) => values.slice(from[p], rows.positions[p]))
                assert.deepEqual(
                  numbers(rows),
                  wanted.toSorted((a, b) => a - b),
                )
                atCall.forEach((end, p) => assert.ok(rows.positions[p]! >= end))
              }),
            )
          }
          await Promise.all(asked)
        },
      ),
      { numRuns: 60, seed: 7 },
    )
  })

  it('leaves out what another engine wrote to the table, though its positions do not say so', async () => {
    await using lake = new AsyncDisposableStack()
    const folder = await mkdtemp(join(tmpdir(), 'tails-'))
    lake.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
    const objects = lake.use(await openFileObjects({ directory: join(folder, 'lake') }))
    const delta = lake.use(
      await openDeltaLake({ objects, workDirectory: join(folder, 'work'), engineName: 'Apache-Spark' }),
    )
    const names = ['n', '_partition', '_offset']
    const written = await delta.ensureTable({
      name: TOPIC,
      columns: names.map(name => ({ name, type: 'integer', nullable: true })),
      partitionBy: [],
    })
    await using bench = await setup({}, delta)
    await bench.append([0, 1, 2, 3, 4, 5], 0)
    await bench.append([10], 1)
    const rows = [0, 1, 3]
      .map(offset => `${JSON.stringify({ n: offset, _partition: 0, _offset: offset })}\n`)
      .join('')
    await written.append({ rows: [Buffer.from(rows)], rowCount: 3 })
    assert.deepEqual(numbers(await bench.tails.behind(await written.snapshot())), [2, 4, 5, 10])
  })

  it('beyond its memory the oldest rows are read from the log', async () => {
    await using bench = await setup({ ringBytes: 2000 })
    await bench.tails.behind(snapshotAt([0, 0]))
    for (let n = 0; n < 300; n++) await bench.append([n], 0)
    assert.equal((await bench.tails.behind(snapshotAt([0, 0], 2))).rowCount, 300)
    assert.ok(bench.tails.status()[0]!.sizeBytes <= 2000)
  })

  it('forgets rows that the snapshots since have', async () => {
    await using bench = await setup()
    await bench.append(
      Array.from({ length: 500 }, (_, n) => n),
      0,
    )
    await bench.tails.behind(snapshotAt([0, 0], 1))
    const before = bench.tails.status()[0]!.sizeBytes
    await bench.tails.behind(snapshotAt([500, 0], 2))
    await bench.tails.behind(snapshotAt([500, 0], 3))
    assert.ok(before > 0)
    assert.equal(bench.tails.status()[0]!.sizeBytes, 0)
  })

  it('too far behind is an error with figures, by rows and by bytes', async () => {
    await using few = await setup({ maxRecords: 10 })
    await few.append(
      Array.from({ length: 11 }, (_, n) => n),
      0,
    )
    await assert.rejects(few.tails.behind(snapshotAt([0, 0])), {
      code: 'SQL_TAIL_TOO_LARGE',
      message: /11 records .* at most 10 /,
    })
    assert.equal((await few.tails.behind(snapshotAt([1, 0], 2))).rowCount, 10)
    await using small = await setup({ maxBytes: 100 })
    await small.append(
      Array.from({ length: 11 }, (_, n) => n),
      0,
    )
    await assert.rejects(small.tails.behind(snapshotAt([0, 0])), {
      code: 'SQL_TAIL_TOO_LARGE',
      message: /bytes/,
    })
  })

  it('tells its listeners of new rows within moments, and stops when they leave', async () => {
    await using bench = await setup()
    let told = Promise.withResolvers<void>()
    let calls = 0
    const listening = bench.tails.onRows(TOPIC, () => {
      calls++
      told.resolve()
    })
    await told.promise
    const { positions } = await bench.tails.since(TOPIC, [0, 0])
    told = Promise.withResolvers()
    await bench.append([7], 1)
    await told.promise
    assert.deepEqual(numbers(await bench.tails.since(TOPIC, positions)), [7])
    listening[Symbol.dispose]()
    const before = calls
    await bench.append([8], 1)
    await bench.tails.since(TOPIC, positions)
    await sleep(10)
    assert.equal(calls, before)
  })

  it('keeps nothing and follows nothing once it has not been used for a while', async () => {
    await using bench = await setup({ idleMs: 20 })
    await bench.append([1, 2, 3], 0)
    await bench.tails.behind(snapshotAt([0, 0]))
    assert.ok(bench.tails.status()[0]!.sizeBytes > 0)
    while (bench.tails.status()[0]!.sizeBytes > 0) await sleep(5)
    assert.deepEqual(numbers(await bench.tails.behind(snapshotAt([1, 0]))), [2, 3])
  })

  it('a table that is not there is an error that names those that are', async () => {
    await using bench = await setup()
    await assert.rejects(bench.tails.since('other', [0]), { code: 'UNKNOWN_TABLE', message: /things/ })
    assert.throws(() => bench.tails.onRows('other', () => {}), { code: 'UNKNOWN_TABLE' })
  })

  it('an aborted call rejects', async () => {
    await using bench = await setup()
    await bench.append([1, 2, 3], 0)
    const signal = AbortSignal.abort(new Error('gone'))
    await assert.rejects(bench.tails.since(TOPIC, [0, 0], { signal }), /gone/)
  })
})
