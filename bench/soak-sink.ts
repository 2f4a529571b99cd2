import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { killRounds } from '../tests/e2e/sink/kill-rounds.ts'
import type { BenchResult } from './bench-result.ts'
import { environment } from './environment.ts'

// `npm run soak -- --sink [--kills 200] [--seed text]`, or `npm run bench -- soak-sink`: does a sink that is killed at random moments
// lose or double anything?

export const SINK_KILLS = 200
export const SINK_SEED = 'soak'

/** The tables are compared with the log after so many kills. */
const AUDIT_EVERY = 25

/** How many kills does the way from log to lake survive without a row lost or doubled? */
export async function run(): Promise<BenchResult[]> {
  return [await soakSink({ kills: SINK_KILLS, seed: SINK_SEED })]
}

/** @throws AssertionError if a row is missing, doubled, or has other values. */
export async function soakSink({ kills, seed }: { kills: number; seed: string }): Promise<BenchResult> {
  const directory = await mkdtemp(join(tmpdir(), 'soak-sink-'))
  try {
    const { rows, quarantined } = await killRounds({
      directory,
      kills,
      seed,
      auditEvery: AUDIT_EVERY,
      onRound(round, audited) {
        if (audited) {
          const { rows, quarantined } = audited
          process.stderr.write(`${round} kills: ${rows} rows and ${quarantined} in quarantine, each once\n`)
        }
      },
    })
    return {
      name: 'kills of a sink without a row lost, doubled or changed',
      ours: kills,
      peer: null,
      ratio: null,
      unit: 'kills',
      method: `SIGKILL at random moments and between two changes of the store, seed "${seed}"; all tables of all use cases compared with the log, value by value: ${rows} rows, ${quarantined} in quarantine`,
      environment: environment(),
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
