import { ask } from '../support/ask.ts'
import { type PlatformProcess, startPlatformProcess } from '../support/platform-process.ts'
import { until } from '../support/until.ts'

export interface TrainedPlatform extends AsyncDisposable {
  platform: PlatformProcess
  /** Runs of the models by use case; each is the champion of its use case. */
  runs: Readonly<Record<'TFD' | 'ETA' | 'ECCI', string>>
}

export interface Job {
  id: string
  state: string
  message: string
  problem: { code: string; message: string } | null
  run: { id: string }
}

const PATIENT = { withinMs: 120_000 }
const ROWS = 1500
const INPUTS = {
  TFD: { parameters: { iterations: 30 } },
  ETA: { parameters: { iterations: 30 } },
  ECCI: { learner: 'K_MEANS', segment: 'EVENTS' },
}

const START = `mutation ($input: StartBatchTrainingInput!) {
  startBatchTraining(input: $input) {
    ... on TrainingJob { id state message problem { code message } run { id } }
    ... on Problem { code message }
  }
}`

/** A platform with a batch model of each use case, small ones. */
export async function startTrainedPlatform(): Promise<TrainedPlatform> {
  const platform = await startPlatformProcess({
    args: ['--ephemeral', '--mode', 'parity', '--rate', '300', '--seed', '7'],
  })
  try {
    await untilRows(platform.url)
    const runs: Record<string, string> = {}
    for (const [useCase, options] of Object.entries(INPUTS)) {
      const { id, run } = await startJob(platform.url, { useCase, seed: 1, ...options })
      await untilDone(platform.url, id)
      runs[useCase] = run.id
    }
    return {
      platform,
      runs: runs as TrainedPlatform['runs'],
      [Symbol.asyncDispose]: () => platform.kill(),
    }
  } catch (error) {
    await platform.kill()
    throw error
  }
}

async function untilRows(url: string, rows = ROWS): Promise<void> {
  await until(
    `${rows} rows of every use case in the lake`,
    async () => {
      const { useCases } = await ask<{ useCases: { table: { rowCount: number | null } }[] }>(
        url,
        '{ useCases { table { rowCount } } }',
      )
      return useCases.every(({ table }) => (table.rowCount ?? 0) >= rows)
    },
    PATIENT,
  )
}

export async function startJob(url: string, input: Record<string, unknown>): Promise<Job> {
  const { startBatchTraining: job } = await ask<{ startBatchTraining: Job & { code?: string } }>(url, START, {
    input,
  })
  if (job.code !== undefined) throw new Error(`${job.code}: ${job.message}`)
  return job
}

/** Waits until a job is over; what it ends with must be DONE. */
export async function untilDone(url: string, id: string): Promise<Job> {
  const job = await untilOver(url, id)
  if (job.state === 'DONE') return job
  throw new Error(`The job ended ${job.state}: ${job.problem?.code}: ${job.problem?.message}`)
}

export function untilOver(url: string, id: string): Promise<Job> {
  return until(
    'the job to end',
    async () => {
      const { trainingJob: job } = await ask<{ trainingJob: Job | null }>(
        url,
        'query ($id: ID!) { trainingJob(id: $id) { id state message problem { code message } run { id } } }',
        { id },
      )
      return job && ['DONE', 'FAILED', 'STOPPED'].includes(job.state) ? job : null
    },
    PATIENT,
  )
}
