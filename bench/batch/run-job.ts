import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { openDeltaLake } from '#adapters/lake/delta.ts'
import { openFileObjects } from '#adapters/objects/files.ts'
import { buildDataset } from '#subgraphs/batch/training/dataset/build-dataset.ts'
import { loadRows } from '#subgraphs/batch/training/loading/load-rows.ts'
import { readSpec, type SpecInput } from '#subgraphs/batch/training/read-spec.ts'
import { runTraining } from '#subgraphs/batch/training/run-training.ts'
import { useCaseById } from '#use-cases/index.ts'
import { writeMatrix } from './matrix-files.ts'

// Child of bench/batch.ts: runs one job of batch training over a lake, as one line of standard input says, leaves its files in a
// folder and prints what it cost.

export interface JobRequest {
  useCase: string
  /** Of the lake. */
  directory: string
  spec: SpecInput
  /** Folder for the files of the run. */
  out: string
  /** Folder for the rows of all parts as they were trained with. */
  matrix?: string
}

export interface JobAnswer {
  metrics: Record<string, number>
  seconds: number
  cpuSeconds: number
  peakBytes: number
  /** Seconds from the beginning to each state. */
  stages: Record<string, number>
  iterations: number
  split: Record<string, { rows: number } | null>
  threshold: number | null
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await train(JSON.parse(line) as JobRequest))}\n`)
}

async function train({ useCase: id, directory, spec: input, out, matrix }: JobRequest): Promise<JobAnswer> {
  const useCase = useCaseById(id)
  const spec = readSpec({ useCase, input })
  await using stack = new AsyncDisposableStack()
  const objects = stack.use(await openFileObjects({ directory: join(directory, 'lake') }))
  const lake = stack.use(await openDeltaLake({ objects, workDirectory: join(directory, 'work') }))
  const stages: Record<string, number> = {}
  const cpu = process.cpuUsage()
  const began = performance.now()
  const { files, metrics, manifest } = await runTraining({
    spec,
    useCase,
    lake,
    software: 'bench',
    threads: availableParallelism(),
    signal: new AbortController().signal,
    report({ state }) {
      if (state) stages[state] = (performance.now() - began) / 1000
    },
  })
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const peakBytes = process.resourceUsage().maxRSS * 1024
  for (const [name, bytes] of files) {
    mkdirSync(dirname(join(out, name)), { recursive: true })
    writeFileSync(join(out, name), bytes)
  }
  if (matrix !== undefined) {
    const rows = await loadRows({ lake, useCase, spec: manifest.spec, signal: new AbortController().signal })
    const { train, validation, test } = buildDataset(useCase, manifest.spec, rows)
    writeMatrix(matrix, { train, ...(validation && { validation }), ...(test && { test }) })
  }
  return {
    metrics: { ...metrics },
    seconds,
    cpuSeconds: (user + system) / 1e6,
    peakBytes,
    stages,
    iterations: manifest.stopped?.iterations ?? 0,
    split: manifest.split,
    threshold: manifest.threshold?.value ?? null,
  }
}
