import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { tfd } from '#use-cases/tfd.ts'
import { openTestGraph, type TestGraph } from '../test-graph.ts'
import { checkLiveQueries } from './test-live.ts'

describe('a live query', { concurrency: false }, () => {
  let graph: TestGraph
  before(async () => {
    graph = await openTestGraph({ useCases: [tfd] })
    await graph.produce('TFD', 30)
    await graph.sink('TFD')
  })
  after(() => graph[Symbol.asyncDispose]())

  it('is at every step what an execution over all rows gives, whatever the lake does meanwhile', async () => {
    const done = await checkLiveQueries(graph, { runs: 1, steps: 2, seed: 5 })
    assert.ok(done.INCREMENTAL > 4 && done.RECOMPUTED > 0, JSON.stringify(done))
  })
})
