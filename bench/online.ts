import type { BenchResult } from './bench-result.ts'

/** Each fails where what it measures is wrong; those with a peer start River's Python, which `npm run engines` installs. */
export const questions = {
  limits: async () => (await import('./online/limits.ts')).limits(),
  tfd: async () => (await import('./online/tfd-default.ts')).tfdDefault(),
  'tfd-robust': async () => (await import('./online/tfd-robust.ts')).tfdRobust(),
  eta: async () => (await import('./online/eta-robust.ts')).etaRobust(),
  intervals: async () => (await import('./online/eta-intervals.ts')).etaIntervals(),
  overshoot: async () => [(await import('./online/eta-robust.ts')).etaOvershoot()],
  bounds: async () => (await import('./online/eta-bounds.ts')).etaBounds(),
  ecci: async () => (await import('./online/ecci.ts')).ecciBench(),
  drift: async () => (await import('./online/drift.ts')).driftFigures(),
  promotion: async () => (await import('./online/promotion.ts')).promotion(),
  forest: async () => (await import('./online/forest-speed.ts')).forestSpeed(),
  regressors: async () => (await import('./online/regressor-speed.ts')).regressorSpeed(),
  predict: async () => (await import('./online/predict-speed.ts')).predictSpeed(),
  examples: async () => (await import('./online/examples.ts')).examples(),
} satisfies Record<string, () => Promise<BenchResult[]>>

/** How close do online learners come to what is possible, how fast are they beside River, and how honest are their tests? */
export async function run(only: readonly string[] = ['limits']): Promise<BenchResult[]> {
  const results: BenchResult[] = []
  for (const name of only) results.push(...(await questions[name as keyof typeof questions]()))
  return results
}
