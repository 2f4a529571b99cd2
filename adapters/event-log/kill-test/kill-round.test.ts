import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { killRound } from './kill-round.ts'

test('a log whose process is killed ten times loses no acknowledged record and tears none', {
  timeout: 60_000,
}, async t => {
  const directory = await mkdtemp(join(tmpdir(), 'killed-'))
  t.after(() => rm(directory, { recursive: true, force: true }))
  let acknowledged = 0
  for (let round = 0; round < 10; round++) {
    const result = await killRound({ directory, round, delayMs: (round * 29) % 100 })
    assert.deepEqual({ round, lost: result.lost, torn: result.torn }, { round, lost: 0, torn: 0 })
    assert.ok(result.acknowledged > 0)
    acknowledged += result.acknowledged
  }
  t.diagnostic(`${acknowledged} acknowledged records.`)
})
