import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { SharedFixture, SqlEngineContract } from './sql-engine-contract.ts'
import { outcomeOf, request } from './sql-engine-contract.ts'

/** Runs until it is stopped. */
const ENDLESS = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range < 0'

/** Time, memory, cancelling, and what others notice of it. */
export const limitsContract = (shared: SharedFixture, { open }: SqlEngineContract): void => {
  it('stops a statement at its time limit and runs the next one', async () => {
    const fixture = await shared()
    await assert.rejects(outcomeOf(fixture.engine, request(ENDLESS, [], { timeoutMs: 300 })), {
      code: 'SQL_TIMEOUT',
    })
    assert.deepEqual((await outcomeOf(fixture.engine, request('SELECT 1'))).rows, [[1]])
  })

  it('stops a statement that is cancelled, aborted or disposed of', async () => {
    const fixture = await shared()
    const cancelled = fixture.engine.run(request(ENDLESS))
    cancelled.cancel()
    await assert.rejects(cancelled.summary, { code: 'SQL_CANCELLED' })
    const abort = new AbortController()
    const aborted = fixture.engine.run(request(ENDLESS, [], { signal: abort.signal }))
    setTimeout(() => abort.abort(), 100)
    await assert.rejects(aborted.columns, { code: 'SQL_CANCELLED' })
    const disposed = fixture.engine.run(request(ENDLESS))
    await disposed[Symbol.asyncDispose]()
    await assert.rejects(disposed.summary, { code: 'SQL_CANCELLED' })
    await assert.rejects(
      outcomeOf(fixture.engine, request('SELECT 1', [], { signal: AbortSignal.abort() })),
      {
        code: 'SQL_CANCELLED',
      },
    )
  })

  it('stops a statement whose reader leaves', async () => {
    const fixture = await shared()
    const run = fixture.engine.run(
      request('SELECT * FROM range(100000000)', [], { maxRows: 1e9, maxBytes: 1e9 }),
    )
    for await (const batch of run.rows) {
      assert.ok(batch.length > 0)
      break
    }
    await assert.rejects(run.summary, { code: 'SQL_CANCELLED' })
  })

  it('waits for a slow reader instead of collecting rows', async () => {
    const fixture = await shared()
    const run = fixture.engine.run(
      request('SELECT * FROM range(3000000)', [], { maxRows: 1e9, maxBytes: 1e9 }),
    )
    await run.columns
    const early = await Promise.race([
      run.summary.then(() => 'ended'),
      new Promise(resolve => setTimeout(resolve, 400, 'waits')),
    ])
    assert.equal(early, 'waits')
    await run[Symbol.asyncDispose]()
  })

  it('refuses a statement that needs more memory than it may take', async () => {
    const fixture = await shared()
    for (const statement of [
      'SELECT list_sum(range(1000000000))',
      'SELECT list(hash(range)) FROM range(1000000000)',
    ])
      await assert.rejects(outcomeOf(fixture.engine, request(statement)), { code: 'SQL_MEMORY' }, statement)
    assert.deepEqual((await outcomeOf(fixture.engine, request('SELECT 1'))).rows, [[1]])
  })

  it('refuses to be used once it is closed', async () => {
    const fixture = await open()
    const running = fixture.engine.run(request(ENDLESS))
    await fixture[Symbol.asyncDispose]()
    await assert.rejects(running.summary, { code: 'SQL_ENGINE_LOST' })
    await assert.rejects(outcomeOf(fixture.engine, request('SELECT 1')), { code: 'SQL_ENGINE_LOST' })
  })
}
