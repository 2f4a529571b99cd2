import assert from 'node:assert/strict'
import { describe, it, mock } from 'node:test'
import type { GraphQLDataSource } from '@apollo/gateway'
import { createEntityBatcher } from './entity-batcher.ts'

type Options = Parameters<GraphQLDataSource['process']>[0]

const lookup = (query: string, ids: number[], others: Record<string, unknown> = {}, fingerprint = 'a') =>
  ({
    request: { query, variables: { ...others, representations: ids.map(id => ({ id })) } },
    context: { fingerprint },
  }) as unknown as Options

function recorder() {
  const calls: unknown[] = []
  const dataSource: GraphQLDataSource = {
    async process({ request }) {
      const { representations, ...others } = request.variables ?? {}
      calls.push([request.query, (representations as { id: number }[])?.map(({ id }) => id), others])
      return { data: { _entities: (representations as object[])?.map(each => ({ ...each })) } }
    },
  }
  return { calls, dataSource }
}

describe('the entity batcher', () => {
  it('joins lookups of the same query, variables and standing; others go alone', async () => {
    const { calls, dataSource } = recorder()
    const batches: unknown[] = []
    const { process } = createEntityBatcher({
      dataSource,
      windowMs: 1,
      onBatch: batch => batches.push(batch),
    })
    await Promise.all([
      process(lookup('q', [1, 2])),
      process(lookup('q', [2, 3])),
      process(lookup('q', [1], { first: 2 })),
      process(lookup('r', [1])),
      process(lookup('q', [1], {}, 'b')),
    ])
    assert.deepEqual(calls, [
      ['q', [1, 2, 3], {}],
      ['q', [1], { first: 2 }],
      ['r', [1], {}],
      ['q', [1], {}],
    ])
    assert.deepEqual(batches[0], { calls: 2, entities: 3 })
  })

  it('sends a full batch at once, and begins another', async () => {
    mock.timers.enable({ apis: ['setTimeout'] })
    const { calls, dataSource } = recorder()
    const { process } = createEntityBatcher({ dataSource, windowMs: 1000, maxEntities: 3 })
    const full = [process(lookup('q', [1, 2])), process(lookup('q', [3]))]
    await Promise.all(full)
    const rest = process(lookup('q', [4]))
    mock.timers.tick(999)
    assert.equal(calls.length, 1)
    mock.timers.tick(1)
    await rest
    assert.equal(calls.length, 2)
    mock.timers.reset()
  })

  it('tells every caller of a failure, and leaves other fetches alone', async () => {
    const failing: GraphQLDataSource = { process: () => Promise.reject(new Error('down')) }
    const { process } = createEntityBatcher({ dataSource: failing, windowMs: 1 })
    const results = await Promise.allSettled([process(lookup('q', [1])), process(lookup('q', [2]))])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    const { calls, dataSource } = recorder()
    const plain = {
      request: { query: '{ a }', variables: {} },
      context: { fingerprint: 'a' },
    } as unknown as Options
    await createEntityBatcher({ dataSource, windowMs: 10_000 }).process(plain)
    assert.deepEqual(calls, [['{ a }', undefined, {}]])
  })
})
