import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { chartKinds } from '#subgraphs/batch/charts/chart-kinds.ts'
import { computeChart } from '#subgraphs/batch/charts/compute-chart.ts'
import { parseRun } from '#subgraphs/batch/charts/parse-run.ts'
import { renderSvg } from '#subgraphs/batch/charts/render-svg.ts'
import { vegaLiteOf } from '#subgraphs/batch/charts/vega-lite-of.ts'
import type { UseCase } from '#use-cases/define.ts'
import { useCases } from '#use-cases/index.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { parityEvents } from '../limits/parity-events.ts'
import { median } from '../log/median.ts'
import { askChild } from './ask-child.ts'
import { fillLake } from './fill-lake.ts'
import type { JobAnswer } from './run-job.ts'

/** So many that the files of the training and of the test part hold 100,000 rows each. */
const ROWS = 340_000
const TEST_SHARE = 0.3
/** Clusterings have one part. */
const EVENTS = 100_000
const SVG_ROUNDS = 20

/** How long does each kind of chart take at 100,000 rows, and its drawing on the server? */
export async function chartTimes(directory: string): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const useCase of useCases as readonly UseCase[]) {
    results.push(...(await forUseCase(join(directory, useCase.id), useCase)))
  }
  return results
}

async function forUseCase(directory: string, useCase: UseCase): Promise<BenchResult[]> {
  const isSplit = useCase.task !== 'clustering'
  const events = parityEvents(useCase, { count: isSplit ? ROWS : EVENTS, seed: 'charts' })
  await fillLake({ directory, useCase, events })
  const out = join(directory, 'run')
  const parameters = isSplit ? { iterations: 100, testShare: TEST_SHARE } : { kFrom: 3, kTo: 6 }
  await askChild<JobAnswer>('run-job.ts', { useCase: useCase.id, directory, spec: { parameters }, out })
  const run = parseRun('bench', filesOf(out))
  const rows = (run.test ?? run.train).rows
  const times: [kind: string, ms: number][] = []
  const drawings: [kind: string, ms: number][] = []
  for (const { kind } of chartKinds(useCase.task)) {
    // The first time loads code, as the first chart of a worker does.
    await computeChart({ kind, run })
    const began = performance.now()
    const chart = await computeChart({ kind, run })
    times.push([kind, performance.now() - began])
    const spec = vegaLiteOf(chart)
    await renderSvg(spec)
    const rounds: number[] = []
    for (let round = 0; round < SVG_ROUNDS && (round === 0 || rounds[0]! < 500); round++) {
      const start = performance.now()
      const svg = await renderSvg(spec)
      rounds.push(performance.now() - start)
      if (!svg.startsWith('<svg')) throw new Error(`The drawing of ${kind} is no SVG.`)
    }
    drawings.push([kind, median(rounds)])
  }
  const result = (name: string, all: [string, number][], method: string): BenchResult => {
    const ordered = all.toSorted((a, b) => b[1] - a[1])
    return {
      name: `${useCase.id}, ${name}: ${ordered[0]?.[0]}`,
      ours: ordered[0]?.[1] as number,
      peer: null,
      ratio: null,
      unit: 'ms',
      method: `${method}; ${ordered.map(([kind, ms]) => `${kind} ${ms.toFixed(ms < 10 ? 1 : 0)}`).join(', ')}`,
      environment: environment(),
    }
  }
  return [
    result(
      'slowest chart',
      times,
      `${times.length} kinds with default options, ${rows} rows, warm, one thread`,
    ),
    result('slowest drawing', drawings, `the same charts as SVG, warm, median of up to ${SVG_ROUNDS}`),
  ]
}

function filesOf(folder: string): Map<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry =>
    entry.isFile(),
  )
  return new Map(
    entries.map(entry => {
      const path = join(entry.parentPath, entry.name)
      return [relative(folder, path), readFileSync(path)]
    }),
  )
}
