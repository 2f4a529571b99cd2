import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SinkStatus, TableStatus } from '#subgraphs/sql/sink/sink-status.ts'
import { lakeReport, sinkReport } from './sink-report.ts'

const table = (name: string, more: Partial<TableStatus> = {}): TableStatus => ({
  table: name,
  topic: name,
  useCase: 'TFD',
  state: 'RUNNING',
  version: 1,
  lag: 5,
  rows: 0,
  quarantined: 0,
  lastCommit: null,
  gaps: [],
  problem: null,
  ...more,
})
const statusOf = (...tables: TableStatus[]): SinkStatus => ({ instance: 'one', tables })
const problem = (code: string) => ({ code, message: `${code} happened.`, since: 0 })

test('a sink that works says how far it is behind', () => {
  const status = statusOf(table('a'), table('b', { lag: null }))
  assert.deepEqual(sinkReport(status), { state: 'UP', message: '2 tables, 5 records behind.' })
  assert.deepEqual(lakeReport(status, 'Delta tables in s3://b'), {
    state: 'UP',
    message: 'Delta tables in s3://b',
  })
})

test('one that stands by is fine, and says nothing of the lake', () => {
  const status = statusOf(table('a', { state: 'STANDBY' }))
  assert.deepEqual(sinkReport(status), { state: 'UP', message: 'Standing by.' })
  assert.equal(lakeReport(status, 'lake'), null)
})

test('one that has just begun is not there yet', () => {
  assert.equal(sinkReport(statusOf(table('a', { state: 'STARTING' }))).state, 'DEGRADED')
})

test('what can not be written is told with its reason, and is the lake only where the lake is to blame', () => {
  const away = table('a', { state: 'RETRYING', problem: problem('ENGINE_UNREACHABLE') })
  const odd = table('b', { state: 'RETRYING', problem: problem('INVALID_ARGUMENT') })
  assert.deepEqual(sinkReport(statusOf(away, odd)), {
    state: 'DEGRADED',
    message: 'a: ENGINE_UNREACHABLE happened, and 1 more tables; 10 records behind.',
  })
  assert.equal(lakeReport(statusOf(away, odd), 'lake')?.state, 'DEGRADED')
  assert.equal(lakeReport(statusOf(away), 'lake')?.state, 'DOWN')
  assert.equal(lakeReport(statusOf(odd), 'lake')?.state, 'UP')
  assert.equal(sinkReport(statusOf({ ...away, state: 'STOPPED' })).state, 'DOWN')
})
