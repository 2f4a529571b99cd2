import type { BenchResult } from '../bench-result.ts'
import { environment } from '../environment.ts'
import { ecciCustomersQuality } from '../quality/ecci-customers-quality.ts'
import { ecciItems } from '../quality/ecci-items.ts'

const SESSIONS = 4000
const SEEDS = ['1', '2', '3']

/** How well does the segmentation of customers find the hidden personas, beside the exact assignment? */
export async function customers(): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const seed of SEEDS) {
    const { ari, limit, judged, clusters } = await ecciCustomersQuality(
      ecciItems({ sessions: SESSIONS, seed }),
      1,
    )
    results.push({
      name: 'ECCI, adjusted Rand index of customers with at least three sessions',
      ours: ari,
      peer: limit,
      ratio: ari / limit,
      unit: '',
      method: `${SESSIONS} realistic sessions, seed ${seed}, ${judged} customers judged, ${clusters} classes found by the integrated completed likelihood; limit: exact Bayes assignment over the personas`,
      environment: environment(),
    })
  }
  return results
}
