import { ask } from '../../e2e/support/ask.ts'
import { until } from '../../e2e/support/until.ts'

/** Waits until the learners have read everything; rejects when they don't. */
export async function waitUntilDrained(url: string, { withinMs = 60_000 } = {}): Promise<void> {
  await until(
    'learners without lag',
    async () => {
      const { useCases } = await ask<{ useCases: { lag: { totalLag: number } }[] }>(
        url,
        '{ useCases { lag { totalLag } } }',
      )
      return useCases.every(({ lag }) => lag.totalLag === 0)
    },
    { withinMs },
  )
}
