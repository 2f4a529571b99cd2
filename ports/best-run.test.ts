import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestRun } from './best-run.ts'
import type { Run, RunSearch } from './tracking.ts'

const run = (name: string, value: number | null): Run => ({
  id: name,
  experimentId: '1',
  name,
  status: 'FINISHED',
  startedAt: 0,
  endedAt: 1,
  params: {},
  tags: {},
  metrics: value === null ? [] : [{ name: 'F1', value, step: 1, at: 1 }],
})

/** A store that gives these runs in this order, and what it was asked. */
const storeOf = (...runs: Run[]) => {
  const asked: RunSearch[] = []
  return {
    asked,
    async searchRuns(search: RunSearch) {
      asked.push(search)
      return { runs, nextPageToken: null }
    },
  }
}

test('the best run is the first in the order that the direction says', async () => {
  const store = storeOf(run('best', 0.9))
  const search = { experimentId: '1', metric: 'F1' } as const
  assert.equal((await bestRun(store, { ...search, direction: 'HIGHER_IS_BETTER' }))?.name, 'best')
  await bestRun(store, {
    ...search,
    direction: 'LOWER_IS_BETTER',
    name: 'model',
    tags: { kind: 'a' },
    status: ['RUNNING'],
  })
  assert.deepEqual(store.asked, [
    {
      experimentIds: ['1'],
      status: ['FINISHED'],
      orderBy: { metric: 'F1', direction: 'DESC' },
      limit: 1,
    },
    {
      experimentIds: ['1'],
      name: 'model',
      tags: { kind: 'a' },
      status: ['RUNNING'],
      orderBy: { metric: 'F1', direction: 'ASC' },
      limit: 1,
    },
  ])
})

test('neither NaN nor a missing metric ever wins', async () => {
  const search = { experimentId: '1', metric: 'F1', direction: 'LOWER_IS_BETTER' } as const
  assert.equal(await bestRun(storeOf(), search), null)
  assert.equal(await bestRun(storeOf(run('nan', Number.NaN)), search), null)
  assert.equal(await bestRun(storeOf(run('none', null)), search), null)
})
