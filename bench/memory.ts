import { execFileSync } from 'node:child_process'
import { startPlatformProcess } from '#tests/e2e/support/platform-process.ts'
import { graphql } from '#tests/e2e/support/graphql.ts'
import type { BenchResult } from './bench-result.ts'
import { environment } from './environment.ts'

const MINUTES = 10

/** How much memory does the whole platform hold after ten minutes at 60 events a second? */
export async function run(): Promise<BenchResult[]> {
  await using platform = await startPlatformProcess({ args: ['--ephemeral'] })
  const samples: number[] = []
  for (let minute = 0; minute < MINUTES; minute++) {
    await new Promise(resolve => setTimeout(resolve, 60_000))
    samples.push(residentMegabytes(platform.pid))
  }
  const { data } = await graphql<{ useCases: { session: { predictions: number } }[] }>(
    platform.url,
    '{ useCases { session { predictions } } }',
  )
  const predictions = data.useCases.reduce((sum, { session }) => sum + session.predictions, 0)
  if (predictions < MINUTES * 60 * 60 * 0.8)
    throw new Error(`Only ${predictions} predictions in ${MINUTES} minutes.`)
  return [
    {
      name: `resident memory after ${MINUTES} minutes`,
      ours: samples.at(-1) as number,
      peer: null,
      ratio: null,
      unit: 'MB',
      method: `one process with three workers, ${predictions} predictions; resident set by ps each minute: ${samples.map(mb => mb.toFixed(0)).join(' ')}`,
      environment: environment(),
    },
  ]
}

function residentMegabytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024
}
