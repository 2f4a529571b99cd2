import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PortError } from '#ports/port-error.ts'
import { duckdbFailure, isInvalidated, machineFailure } from './duckdb-failure.ts'

test('what is wrong with the machine is no fault of the rows', () => {
  const io = new Error('IO Error: Cannot open file "/tmp/x": Too many open files')
  assert.equal(machineFailure(io)?.code, 'ENGINE_UNREACHABLE')
  assert.equal(
    machineFailure(new Error('INTERNAL Error: Attempted to access index 3'))?.code,
    'ENGINE_UNREACHABLE',
  )
  assert.equal(duckdbFailure(new Error('IO Error: No space left on device'))?.code, 'STORAGE_FULL')
  for (const said of ['Conversion Error: "x" in line 2', 'Invalid Input Error: row refused: null in a'])
    assert.equal(machineFailure(new Error(said)), null)
})

test('a DuckDB that has failed for good is told from a statement that has', () => {
  const cause = new Error(
    'FATAL Error: Failed: database has been invalidated because of a previous fatal error.',
  )
  assert.ok(isInvalidated(new PortError('ENGINE_UNREACHABLE', 'It could not write.', { cause })))
  assert.ok(!isInvalidated(new Error('Conversion Error: x')))
})
