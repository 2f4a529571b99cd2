import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { BenchResult } from './bench-result.ts'
import { environment } from './environment.ts'
import { stageMicroseconds } from './path/stage-shares.ts'

const EVENTS = 200_000
const ROUNDS = 3
const TASKSET = '/usr/bin/taskset'
const CHILD = new URL('./path/run-path.ts', import.meta.url).pathname

interface Run {
  seconds: number
  cpuSeconds: number
  bytesPerEvent: number
  fbeta2: number
}

/** How many events per second go from the log to a durable checkpoint, on one core? */
export async function run(): Promise<BenchResult[]> {
  const pinned = existsSync(TASKSET)
  const runs = Array.from({ length: ROUNDS }, () => once(pinned))
  for (const { fbeta2 } of runs)
    if (!(fbeta2 > 0.8)) throw new Error(`The replay learned nothing: F2 ${fbeta2}.`)
  const stages = stageMicroseconds()
  const [slowest] = Object.entries(stages).sort((a, b) => b[1] - a[1])
  const listed = Object.entries(stages).map(([stage, microseconds]) => `${stage} ${microseconds.toFixed(1)}`)
  const how = `${EVENTS} generated TFD events of ${Math.round(runs[0]?.bytesPerEvent ?? 0)} bytes, durable segment log, session in its worker, checkpoints; median of ${ROUNDS}`
  return [
    {
      name: `path, wall${pinned ? ', all threads pinned to one core' : ''}`,
      ours: EVENTS / median(runs.map(({ seconds }) => seconds)),
      peer: null,
      ratio: null,
      unit: 'events/s',
      method: how,
      environment: environment(),
    },
    {
      name: 'path, per CPU second of all threads',
      ours: EVENTS / median(runs.map(({ cpuSeconds }) => cpuSeconds)),
      peer: null,
      ratio: null,
      unit: 'events/CPU s',
      method: `${how}; stages of the learner in microseconds per event: ${listed.join(', ')}; "${slowest?.[0]}" dominates`,
      environment: environment(),
    },
  ]
}

function once(pinned: boolean): Run {
  const command = [process.execPath, '--no-warnings', CHILD, String(EVENTS)]
  const [file, ...args] = pinned ? [TASKSET, '-c', '0', ...command] : command
  return JSON.parse(
    execFileSync(file as string, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  ) as Run
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}
