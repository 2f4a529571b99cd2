import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { askWorker } from './ask-worker.ts'
import { executeInLane } from './execute-in-lane.ts'
import type { Lane, Slot } from './lane.ts'
import type { WorkerProcess } from './start-worker.ts'
import type { WorkerAnswer, WorkerRequest } from './worker-protocol.ts'

/** A process that answers when it is told to, and says nothing by itself; killing it loses it. */
const process = () => {
  const sent: WorkerRequest[] = []
  let hear: ((answer: WorkerAnswer | { kind: 'lost' }) => void) | null = null
  let isFree = false
  let isKilled = false
  const worker: WorkerProcess = {
    listen(_id, listener) {
      hear = listener
      return () => {
        hear = null
      }
    },
    send: request => sent.push(request),
    memoryBytes: () => 0,
    cpuMs: () => null,
    alive: true,
    kill() {
      isKilled = true
    },
    end: async () => {},
  }
  const slot: Slot = {
    worker,
    [Symbol.dispose]() {
      isFree = true
    },
  }
  return {
    slot,
    sent,
    answer: (answer: WorkerAnswer | { kind: 'lost' }) => hear?.(answer),
    isFree: () => isFree,
    isKilled: () => isKilled,
  }
}
const DONE = { kind: 'done', id: 'a', rowCount: 0, truncated: false, plan: null } as const
const PARQUET = { kind: 'parquet', id: 'a', columns: [], rowsPath: '', path: '' } as const

describe('a question to a process', () => {
  it('frees its slot with the answer', async () => {
    const { slot, answer, isFree } = process()
    const asked = askWorker(slot, PARQUET, 'done', 10_000)
    assert.equal(isFree(), false)
    answer(DONE)
    await asked
    assert.equal(isFree(), true)
  })

  it('that takes too long fails at once, and keeps its slot until the process has stopped', async () => {
    const { slot, answer, isFree, isKilled, sent } = process()
    await assert.rejects(askWorker(slot, PARQUET, 'done', 5, 5), { code: 'SQL_TIMEOUT' })
    assert.deepEqual(sent, [PARQUET, { kind: 'stop', id: 'a' }])
    while (!isKilled()) await sleep(2)
    assert.equal(isFree(), false)
    answer({ kind: 'lost' })
    assert.equal(isFree(), true)
  })
})

describe('a statement that was cancelled while it waited', () => {
  it('sends nothing to the process that it got in that moment, and frees it', async () => {
    const { slot, sent, isFree } = process()
    const abort = new AbortController()
    const lane = {
      async acquire() {
        abort.abort(new Error('Nobody wants it.'))
        return slot
      },
    } as unknown as Lane
    const request = {
      id: 'x',
      statement: 'SELECT 1',
      relations: [],
      maxRows: 1,
      maxBytes: 1,
      timeoutMs: 1000,
    }
    const run = { request, sandbox: { relations: [] }, id: 'x', timeoutMs: 1000 }
    const sink = { signal: abort.signal, columns() {}, rows() {} }
    await assert.rejects(executeInLane(lane, run, sink), { message: 'Nobody wants it.' })
    assert.deepEqual(sent, [])
    assert.equal(isFree(), true)
  })
})
