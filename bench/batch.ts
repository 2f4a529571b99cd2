import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { catboostBeside } from './batch/catboost.ts'
import { chartTimes } from './batch/chart-times.ts'
import { customers } from './batch/customers.ts'
import { etaQuality } from './batch/eta-quality.ts'
import { kMeansCost } from './batch/k-means.ts'
import { peakMemory } from './batch/peak-memory.ts'
import { predictSpeed } from './batch/predict-speed.ts'
import { tfdQuality } from './batch/tfd-quality.ts'
import { trainingCost } from './batch/training-cost.ts'
import { whileTraining } from './batch/while-training.ts'
import type { BenchResult } from './bench-result.ts'

/** Each takes a directory for its files, and fails where what it measures is wrong. */
export const questions = {
  tfd: tfdQuality,
  eta: etaQuality,
  customers,
  cost: trainingCost,
  catboost: catboostBeside,
  memory: peakMemory,
  predict: predictSpeed,
  'k-means': kMeansCost,
  charts: chartTimes,
  serving: whileTraining,
} satisfies Record<string, (directory: string) => Promise<BenchResult[]>>

/** How good, how fast and how large is batch training beside the exact limits of its data, CatBoost, LightGBM and scikit-learn? */
export async function run(only: readonly string[] = Object.keys(questions)): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const name of only) {
    const directory = await mkdtemp(join(tmpdir(), 'bench-batch-'))
    try {
      results.push(...(await questions[name as keyof typeof questions](directory)))
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
  return results
}
