import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestGraph } from '#subgraphs/sql/test-graph.ts'
import { checkLiveQueries } from '#subgraphs/sql/live/test-live.ts'
import { tfd } from '#use-cases/tfd.ts'

test('random live statements are at every step what an execution over all rows gives', async () => {
  await using graph = await openTestGraph({ useCases: [tfd] })
  await graph.produce('TFD', 60)
  await graph.sink('TFD')
  const done = await checkLiveQueries(graph, { runs: 8, steps: 4, seed: 11 })
  assert.ok(done.INCREMENTAL > 80 && done.RECOMPUTED > 15, JSON.stringify(done))
})
