import { type ArgsDef, defineCommand } from 'citty'
import { createClient } from '#sdk/index.ts'
import type {
  StartBatchTrainingMutationVariables,
  TrainingJobSubscription,
} from '#sdk/operations.generated.ts'
import { readClientHeaders } from '#config.ts'
import { unknownArguments } from './unknown-arguments.ts'

type Input = StartBatchTrainingMutationVariables['input']
type Job = TrainingJobSubscription['trainingJob']

const ARGS = {
  'use-case': { type: 'positional', description: 'TFD, ETA or ECCI', required: true },
  learner: { type: 'string', description: 'Such as GRADIENT_BOOSTING; the first of the use case by default' },
  parameters: { type: 'string', description: 'Hyper-parameters as a JSON object' },
  rows: { type: 'string', description: 'At most so many rows, the newest' },
  fraction: { type: 'string', description: 'Share of the rows, more than 0 and at most 1' },
  segment: { type: 'string', description: 'ECCI: EVENTS, SESSIONS or CUSTOMERS' },
  seed: { type: 'string', description: 'Whole number (42)' },
  json: { type: 'boolean', description: 'Print each state of the job as JSON' },
  url: { type: 'string', description: 'Address of the platform', default: 'http://127.0.0.1:4000' },
} as const satisfies ArgsDef
const OPTIONS = Object.fromEntries(
  Object.entries(ARGS)
    .filter(([name]) => name !== 'use-case')
    .map(([name, { type }]) => [name, type === 'string']),
)

/** Exit codes: 0 done, 1 failed or stopped, 2 asked for something impossible, 130 interrupted, which stops the job. */
export const train = defineCommand({
  meta: {
    name: 'train',
    description: 'Train a batch model on what has streamed so far, and follow the job.',
  },
  args: ARGS,
  async run({ args, rawArgs }) {
    try {
      const input = inputOf(args, rawArgs)
      await using api = createClient({
        url: `${args.url.replace(/\/$/, '')}/graphql`,
        headers: readClientHeaders(),
      })
      const { startBatchTraining: started } = await api.startBatchTraining({ input })
      if (!('id' in started)) throw new WrongArgument(`${started.code}: ${started.message}`)
      process.once('SIGINT', () => {
        void api.cancelBatchTraining({ job: started.id }).finally(() => process.exit(130))
      })
      let last: Job | undefined
      for await (const { trainingJob } of api.trainingJob({ id: started.id })) {
        last = trainingJob
        tell(last, args.json === true)
      }
      process.exitCode = last?.state === 'DONE' ? 0 : 1
    } catch (error) {
      process.stderr.write(`${(error as Error).message}\n`)
      process.exit(error instanceof WrongArgument ? 2 : 1)
    }
  },
})

class WrongArgument extends Error {}

function inputOf(args: { 'use-case': string } & Record<string, unknown>, rawArgs: readonly string[]): Input {
  const useCaseAt = rawArgs.indexOf(args['use-case'])
  const problems = unknownArguments(
    rawArgs.filter((_, i) => i !== useCaseAt),
    OPTIONS,
  )
  if (problems.length > 0) throw new WrongArgument(problems.join('\n'))
  const number = (name: string) => {
    const value = args[name]
    if (value === undefined) return undefined
    if (!Number.isFinite(Number(value)))
      throw new WrongArgument(`--${name}: "${String(value)}" given, a number wanted.`)
    return Number(value)
  }
  const entries = {
    useCase: args['use-case'].toUpperCase(),
    learner: args['learner'],
    parameters: args['parameters'] === undefined ? undefined : jsonOf(String(args['parameters'])),
    rows: number('rows'),
    sampleFraction: number('fraction'),
    segment: args['segment'],
    seed: number('seed'),
  }
  return Object.fromEntries(
    Object.entries(entries).filter(([, value]) => value !== undefined),
  ) as unknown as Input
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new WrongArgument(`--parameters: ${text.slice(0, 80)} given, a JSON object wanted.`)
  }
}

function tell(job: Job, json: boolean): void {
  if (json) return void process.stdout.write(`${JSON.stringify(job)}\n`)
  const { state, percent, message, etaMs, problem, metricsPreview, run } = job
  const left = etaMs == null ? '' : `, ${Math.ceil(etaMs / 1000)} s left`
  process.stdout.write(
    `${String(Math.round(percent)).padStart(3)} %  ${state}  ${(problem?.message ?? message).replace(/\.$/, '')}${left}\n`,
  )
  if (state !== 'DONE') return
  for (const { name, value } of metricsPreview) process.stdout.write(`  ${name.padEnd(24)} ${value ?? '-'}\n`)
  process.stdout.write(`  run ${run.id}\n`)
}
