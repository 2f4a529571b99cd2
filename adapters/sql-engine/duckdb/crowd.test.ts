import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { SqlEngine } from '#ports/sql-engine.ts'
import { openSqlEngine } from '../duckdb.ts'
import { openCorpus } from './test-corpus.ts'

describe('a crowd', () => {
  let corpus: Awaited<ReturnType<typeof openCorpus>>
  let engine: SqlEngine
  before(async () => {
    corpus = await openCorpus()
    engine = await openSqlEngine({ workDirectory: corpus.directory, threads: 1, memoryMb: 400, queue: 200 })
  })
  after(async () => {
    await engine[Symbol.asyncDispose]()
    await corpus[Symbol.asyncDispose]()
  })
  const request = (statement: string) => ({
    id: 'x',
    statement,
    relations: corpus.relations,
    maxRows: 10,
    maxBytes: 10_000,
    timeoutMs: 30_000,
  })

  it('is served: 100 statements validated and 60 run at once', async () => {
    const validated = Array.from({ length: 100 }, (_, index) =>
      engine.validate(`SELECT id + ${index} AS n, sum(amount) FROM data GROUP BY 1`, corpus.relations),
    )
    const run = Array.from({ length: 60 }, async (_, index) => {
      await using run = engine.run(request(`SELECT count(*) + ${index} AS n FROM tfd.events`))
      const rows: unknown[] = []
      for await (const batch of run.rows) rows.push(...batch)
      return rows
    })
    assert.equal((await Promise.all(validated)).length, 100)
    assert.deepEqual(
      await Promise.all(run),
      run.map((_, index) => [[3 + index]]),
    )
  })

  it('leaves no rows behind where the files of a statement can not be had', async () => {
    const [first, second] = corpus.relations
    const tail = [Buffer.from('{"id":4}\n')]
    const lost = { ...second!.table, localFiles: async () => Promise.reject(new Error('The store is away.')) }
    const relations = [
      { ...first!, tail },
      { ...second!, table: lost },
    ]
    await using run = engine.run({
      ...request('SELECT count(*) FROM data NATURAL JOIN tfd.events'),
      relations,
    })
    await assert.rejects(run.summary, /The store is away/)
    const folder = readdirSync(corpus.directory).find(name => name.startsWith('sql-'))
    const left = readdirSync(`${corpus.directory}/${folder}`).filter(name => name.endsWith('.ndjson'))
    assert.deepEqual(left, [])
  })
})
