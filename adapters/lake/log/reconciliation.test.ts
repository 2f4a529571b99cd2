import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Action } from './actions.ts'
import { sharedMap } from './shared-map.ts'
import { addOf, createTable, createTestStore } from './testing.ts'

/** What one writer does; file names come from a small set, so that files are removed, and come again. */
type Step =
  | { kind: 'append'; files: number[]; txn: number | null }
  | { kind: 'rewrite'; remove: number; files: number[] }
  | { kind: 'describe'; text: string }
  | { kind: 'checkpoint' }
  | { kind: 'clean' }
  | { kind: 'reopen' }
  | { kind: 'look'; back: number }

const file = fc.integer({ min: 0, max: 30 })
const files = fc.uniqueArray(file, { minLength: 1, maxLength: 4 })
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('append' as const), files, txn: fc.option(fc.nat(3)) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('rewrite' as const), remove: fc.nat(5), files }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('describe' as const), text: fc.string() }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'checkpoint' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'clean' as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'reopen' as const }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const), back: fc.nat(12) }) },
) satisfies fc.Arbitrary<Step>

/** A version as somebody who keeps everything would know it. */
interface Model {
  files: Map<string, number>
  removed: Set<string>
  transactions: Map<string, number>
  description: string | null
}

describe('the state of a table', () => {
  it('is what its commits say, through any sequence of commits, checkpoints, cleanings and readers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60 }), async steps => {
        const store = createTestStore()
        const logs = [store.open(), store.open()]
        await createTable(store.open(), {
          'delta.logRetentionDuration': 'interval 7 seconds',
          'delta.checkpointInterval': '4',
        })
        const versions: Model[] = [
          { files: new Map(), removed: new Set(), transactions: new Map(), description: null },
        ]
        let earliest = 0

        const check = async (version: number, at?: { version: number }): Promise<void> => {
          const state = await (logs[version % 2] ?? store.open()).state(at)
          const model = versions[version] as Model
          assert.ok(state)
          assert.equal(state.version, version)
          assert.deepEqual(new Map([...state.files].map(([name, { size }]) => [name, size])), model.files)
          assert.deepEqual(new Set(state.tombstones.keys()), model.removed)
          assert.deepEqual(
            new Map([...state.transactions].map(([id, { version }]) => [id, version])),
            model.transactions,
          )
          assert.equal(state.metadata.raw.description ?? null, model.description)
          assert.equal(
            state.sizeBytes,
            [...model.files.values()].reduce((sum, size) => sum + size, 0),
          )
        }

        for (const one of steps) {
          store.clock.now += 1000
          const latest = versions.length - 1
          const log = logs[latest % 2] as (typeof logs)[0]
          if (one.kind === 'checkpoint') await log.checkpoint()
          else if (one.kind === 'reopen') logs[latest % 2] = store.open()
          else if (one.kind === 'look') {
            const version = Math.max(0, latest - one.back)
            if (version >= earliest) await check(version, { version })
          } else if (one.kind === 'clean') {
            await log.clean()
            const commits = store.keys().filter(key => key.endsWith('.json'))
            earliest = Number(commits[0]?.slice('_delta_log/'.length, -5))
          } else {
            const model = structuredClone(versions[latest] as Model)
            const actions: Action[] = []
            const read = await log.state()
            assert.ok(read)
            if (one.kind === 'describe') {
              model.description = one.text
              actions.push({ metaData: { ...read.metadata.raw, description: one.text } })
            } else {
              if (one.kind === 'rewrite') {
                for (const path of [...model.files.keys()].slice(0, one.remove)) {
                  actions.push({ remove: { path, deletionTimestamp: store.clock.now, dataChange: true } })
                  model.files.delete(path)
                  model.removed.add(path)
                }
              } else if (one.txn !== null) {
                actions.push({ txn: { appId: `app${one.txn}`, version: latest } })
                model.transactions.set(`app${one.txn}`, latest)
              }
              for (const number of one.files) {
                actions.push({ add: addOf(`f${number}`, latest + 1) })
                model.files.set(`f${number}`, latest + 1)
                model.removed.delete(`f${number}`)
              }
            }
            const kind = one.kind === 'describe' ? 'metadata' : one.kind
            await log.commit({ kind, operation: one.kind, read, actions })
            versions.push(model)
            await check(versions.length - 1)
          }
        }
        logs.length = 0
        await check(versions.length - 1)
        for (let version = earliest; version < versions.length; version += 3)
          await check(version, { version })
      }),
      { seed: 8, numRuns: 40 },
    )
  })
})

describe('a shared map', () => {
  it('is as a map that is copied at every change, and old ones stay as they were', () => {
    const changes = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 80 }).map(String), fc.option(fc.nat(), { nil: undefined })),
    )
    fc.assert(
      fc.property(
        fc.array(changes),
        fc.array(fc.tuple(fc.nat(80).map(String), fc.nat())),
        (batches, entries) => {
          let model = new Map<string, number>(entries)
          let map = sharedMap(entries)
          const all = [{ map, model }]
          for (const batch of batches) {
            map = map.with(batch)
            model = new Map(model)
            for (const [key, value] of batch) {
              if (value === undefined) model.delete(key)
              else model.set(key, value)
            }
            all.push({ map, model })
          }
          for (const { map, model } of all) {
            assert.equal(map.size, model.size)
            assert.deepEqual(new Map(map), model)
            assert.deepEqual([...map.keys()].sort(), [...model.keys()].sort())
            assert.deepEqual([...map.values()].sort(), [...model.values()].sort())
            for (let key = 0; key <= 80; key++) {
              assert.equal(map.get(String(key)), model.get(String(key)))
              assert.equal(map.has(String(key)), model.has(String(key)))
            }
          }
        },
      ),
      { seed: 9, numRuns: 200 },
    )
  })
})
