/**
 * A process that speaks the protocol of trainings and trains nothing. Parameters of the spec say what it does: `scenario`, and
 * `until`, the state that it stays in.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { JobProgress, JobSpec } from './job.ts'
import { resultOf } from './test-result.ts'
import type { FromTraining, ToTraining } from './training-protocol.ts'

const STATES = ['LOADING', 'FEATURES', 'TRAINING', 'EVALUATING', 'REGISTERING'] as const
const ITERATIONS = 5

let cancelled = false

process.on('disconnect', () => process.exit())
process.on('message', (message: ToTraining) => {
  if (message.type === 'cancel') cancelled = true
  else void train(message.spec)
})

async function train(spec: JobSpec): Promise<void> {
  const { scenario, until } = spec.parameters
  if (scenario === 'throws') throw new RangeError('The tree has no leaf.')
  if (scenario === 'ends') process.exit(0)
  if (scenario === 'fills its memory') fillMemory()
  if (scenario === 'fails') return say({ type: 'failed', code: 'ONE_CLASS', message: 'One class only.' })
  if (scenario === 'goes back') update('TRAINING')
  for (const state of STATES) {
    update(state)
    if (state === 'TRAINING') for (let i = 1; i <= ITERATIONS; i++) update(state, iteration(i))
    while (state === until && (scenario === 'hears nothing' || !cancelled)) await sleep(2)
    if (cancelled) return say({ type: 'failed', code: 'STOPPED', message: 'Stopped.' })
  }
  const result = resultOf(spec)
  const [[path, content], ...others] = [...result.files] as [[string, Uint8Array], ...[string, Uint8Array][]]
  say({ type: 'file', path, content })
  say({ type: 'result', result: { ...result, files: new Map(others) } })
}

function update(state: (typeof STATES)[number], progress: Partial<JobProgress> = {}): void {
  say({ type: 'update', update: { state, progress } })
}

function iteration(i: number): Partial<JobProgress> {
  const curve = Array.from({ length: i }, (_, index) => ({
    iteration: index + 1,
    train: 1 / (index + 1),
    validation: 1.1 / (index + 1),
    metric: null,
  }))
  return { iteration: i, iterations: ITERATIONS, percent: 20 + 10 * i, curve }
}

function fillMemory(): void {
  const kept: object[] = []
  for (;;) kept.push({ at: kept.length, more: [kept.length] })
}

function say(message: FromTraining): void {
  process.send?.(message)
}
