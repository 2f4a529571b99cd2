import { parentPort } from 'node:worker_threads'
import { clusterCounts } from '../cluster-counts.ts'
import { clusterProfiles } from '../cluster-profiles.ts'
import { computeChart } from '../compute-chart.ts'
import { parseRun } from '../parse-run.ts'
import { renderSvg } from '../render-svg.ts'
import type { RunData } from '../run-data.ts'
import { vegaLiteOf } from '../vega-lite-of.ts'
import type { ChartCalls, ChartReply, ChartRequest } from './protocol.ts'

/** Runs that stay parsed. Each is at most 300,000 rows. */
const KEPT_RUNS = 3

// The oldest first.
const runs = new Map<string, RunData>()

parentPort?.on('message', async (request: ChartRequest) => {
  parentPort?.postMessage(await answer(request), [])
})

async function answer(request: ChartRequest): Promise<ChartReply> {
  const { id, run, files } = request
  try {
    if (run === null) return { id, body: await draw(request.body as ChartCalls['svg']['body']) }
    const data = runs.get(run) ?? (files && parseRun(run, files))
    if (!data) return { id, wantsFiles: true }
    keep(run, data)
    return { id, body: await about(data, request) }
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string }
    return { id, error: { code: typeof code === 'string' ? code : 'CHART_FAILED', message } }
  }
}

async function about(run: RunData, { call, body }: ChartRequest): Promise<unknown> {
  if (call === 'compute') {
    const { kind, options } = body as ChartCalls['compute']['body']
    const chart = await computeChart({ kind, options, run })
    return { ...chart, vegaLite: vegaLiteOf(chart) }
  }
  if (call === 'clusterProfiles') return clusterProfiles(run, body as ChartCalls['clusterProfiles']['body'])
  return clusterCounts(run)
}

function draw({ spec, theme }: ChartCalls['svg']['body']): Promise<string> {
  return renderSvg(spec, theme)
}

function keep(run: string, data: RunData): void {
  runs.delete(run)
  runs.set(run, data)
  for (const oldest of runs.keys()) {
    if (runs.size <= KEPT_RUNS) return
    runs.delete(oldest)
  }
}
