import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { killRounds } from './kill-rounds.ts'

const KILLS = 20

test(`${KILLS} SIGKILLs of a process that fills tables: every record is in them once, with its values`, {
  timeout: 170_000,
}, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sink-kills-'))
  try {
    const { rows, quarantined } = await killRounds({ directory, kills: KILLS, seed: 'kills', auditEvery: 10 })
    assert.ok(rows > 1000, `${rows} rows`)
    assert.ok(quarantined > 10, `${quarantined} in quarantine`)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
