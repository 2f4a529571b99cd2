import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { trainBoosting } from '#learn/batch/boosting/train-boosting.ts'
import { openBoostingThreads } from '#subgraphs/batch/training/boosting-threads.ts'
import { readMatrix } from './matrix-files.ts'

// Child of bench/batch.ts: trains once on the rows of a folder, as one line of standard input says, and prints what it cost.

export interface TrainRequest {
  folder: string
  objective: 'binary' | 'regression' | 'quantile'
  params: Readonly<Record<string, number | string>>
  /** Stop on the folder's validation part. */
  earlyStopping: boolean
  threads: number
  seed: number
  /** File for the raw scores of the test part. */
  out?: string
}

export interface TrainAnswer {
  cpuSeconds: number
  seconds: number
  peakBytes: number
  trees: number
  best: number
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await train(JSON.parse(line) as TrainRequest))}\n`)
}

async function train({
  folder,
  objective,
  params,
  earlyStopping,
  threads,
  seed,
  out,
}: TrainRequest): Promise<TrainAnswer> {
  const part = readMatrix(folder, 'train')
  const validation = earlyStopping ? readMatrix(folder, 'validation') : null
  await using helpers = await openBoostingThreads(threads - 1)
  const cpu = process.cpuUsage()
  const began = performance.now()
  const { scorer, iterations, best } = await trainBoosting({
    objective,
    train: part,
    validation,
    params,
    seed,
    threads: threads > 1 ? helpers : null,
  })
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const peakBytes = process.resourceUsage().maxRSS * 1024
  if (out !== undefined) writeFileSync(out, scorer.rawAll(readMatrix(folder, 'test').data))
  return { cpuSeconds: (user + system) / 1e6, seconds, peakBytes, trees: iterations, best }
}
