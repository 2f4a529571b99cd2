import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createMemoryCache } from '#adapters/cache/memory.ts'
import { tfd } from '#use-cases/tfd.ts'
import { openSink } from '../sink/open-sink.ts'
import { openTestGraph } from '../test-graph.ts'

const COUNTS = `SELECT count(*)::INTEGER AS n, count(DISTINCT (_partition, _offset))::INTEGER AS places FROM tfd.events`

it('a read of the live state has every event once, also while the sink commits', async () => {
  await using graph = await openTestGraph({ useCases: [tfd] })
  await using cache = createMemoryCache()
  await graph.produce('TFD', 10)
  await using sink = await openSink({
    log: graph.log,
    lake: graph.lake,
    cache,
    useCases: [tfd],
    instance: 'test',
    limits: { seconds: 0.05 },
    logger: { info() {}, warn() {}, error() {} },
  })
  const count = async () => {
    const { data, errors } = await graph.ask<{
      sql: { rows: [[number, number]]; tables: [{ version: number }] }
    }>(`{ sql(statement: "${COUNTS}", asOf: { mode: LIVE }) { rows tables { version } } }`)
    assert.deepEqual(errors, [])
    const { rows: page, tables } = data['sql'] as { rows: [[number, number]]; tables: [{ version: number }] }
    const [[rows, places]] = page
    assert.equal(rows, places, 'no event is there twice')
    return { rows, version: tables[0].version }
  }
  const versions = new Set<number>()
  let produced = 10
  for (let round = 0; round < 12; round++) {
    const before = produced
    const [{ rows, version }] = await Promise.all([count(), graph.produce('TFD', 5)])
    produced += 5
    versions.add(version)
    assert.ok(rows >= before && rows <= produced, `${rows} events, ${before} to ${produced} wanted`)
  }
  // The catalog looks at the lake once a second.
  while (versions.size < 3) {
    await graph.produce('TFD', 1)
    produced++
    versions.add((await count()).version)
  }
  await sink.flush()
  assert.equal((await count()).rows, produced)
})
