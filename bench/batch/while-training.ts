import { setTimeout as sleep } from 'node:timers/promises'
import { ask } from '../../tests/e2e/support/ask.ts'
import { startTrainedPlatform, startJob } from '../../tests/e2e/batch/trained-platform.ts'
import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'

const ASKED_MS = 20_000
const PAUSE_MS = 20
const QUERY = `{ useCase(id: TFD) {
  batch { champion { id metrics { value } } jobs(first: 1) { edges { node { state percent } } } }
  recentPredictions(first: 5) { score secondOpinion { score } batchExplanation(top: 3) { raw } }
} }`

/** How long do queries of the batch subgraph take while a job trains beside them? */
export async function whileTraining(): Promise<BenchResult[]> {
  await using trained = await startTrainedPlatform()
  const { url } = trained.platform
  await startJob(url, { useCase: 'TFD', parameters: { iterations: 20_000, earlyStoppingRounds: 20_000 } })
  const states = new Set<string>()
  const times: number[] = []
  for (const end = performance.now() + ASKED_MS; performance.now() < end; ) {
    const began = performance.now()
    const { useCase } = await ask<{
      useCase: { batch: { jobs: { edges: { node: { state: string } }[] } } }
    }>(url, QUERY)
    const state = useCase.batch.jobs.edges[0]?.node.state ?? ''
    states.add(state)
    if (state === 'TRAINING') times.push(performance.now() - began)
    await sleep(PAUSE_MS)
  }
  if (times.length < 100)
    throw new Error(`${times.length} queries while it trained (${[...states].join(', ')}), 100 wanted.`)
  times.sort((a, b) => a - b)
  const method = `${times.length} queries over HTTP, one after the other, each with the champion, the job, and second opinions with TreeSHAP of 5 live predictions, while a job of 2 threads trains; generators at 300 events/s a use case in the same process`
  return [0.5, 0.99].map(share => ({
    name: `query while a job trains, p${share * 100}`,
    ours: times[Math.floor(share * times.length)] as number,
    peer: null,
    ratio: null,
    unit: 'ms',
    method,
    environment: environment(),
  }))
}
