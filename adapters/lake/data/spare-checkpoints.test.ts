import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spareCheckpoints } from './spare-checkpoints.ts'

const HOUR = 3_600_000
const info = (version: number, modifiedAt: number) => ({ key: `c${version}`, sizeBytes: 1, modifiedAt })

/** A version every minute, a checkpoint every ten. */
const listing = (minutes: number, missing: readonly number[] = [], first = 0) => ({
  commits: new Map(
    Array.from(
      { length: minutes },
      (_, version) => [version, info(version, version * 60_000)] as const,
    ).filter(([version]) => version >= first && !missing.includes(version)),
  ),
  checkpoints: Array.from({ length: minutes / 10 }, (_, index) => 10 * (index + 1))
    .filter(version => version >= first)
    .map(version => ({ version, parts: [info(version, version * 60_000)] })),
  hasCheckpointsV2: false,
  latest: minutes,
  entries: [],
})

test('of old checkpoints one an hour stays, and all young ones', () => {
  const spare = spareCheckpoints(listing(180), 3 * HOUR - 1)
  assert.deepEqual(
    spare,
    [20, 30, 40, 50, 70, 80, 90, 100, 110, 130, 140, 150, 160].map(version => `c${version}`),
  )
})

test('a checkpoint whose version could not be built without it stays', () => {
  assert.ok(!spareCheckpoints(listing(180, [45]), 3 * HOUR).includes('c50'))
  assert.ok(spareCheckpoints(listing(180, [45]), 3 * HOUR).includes('c40'))
  // The log was cleaned up to version 30.
  assert.deepEqual(spareCheckpoints(listing(60, [], 30), 10 * HOUR), ['c40', 'c50'])
})

test('the newest checkpoint stays whatever its age', () => {
  assert.deepEqual(spareCheckpoints(listing(30), 100 * HOUR), ['c20'])
})
