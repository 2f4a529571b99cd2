import assert from 'node:assert/strict'
import { type BestRunSearch, bestRun } from '../best-run.ts'
import type { RunSearch, Tracking } from '../tracking.ts'
import { type Bench, newExperiment, newRun, point } from './bench.ts'

const found = async (tracking: Tracking, search: RunSearch): Promise<string[]> =>
  (await tracking.searchRuns(search)).runs.map(({ name }) => name)

export const searchSpecifications = ({ specification }: Bench): void => {
  specification('finds the runs of the experiments asked for, newest start first', async tracking => {
    const [first, second] = [await newExperiment(tracking), await newExperiment(tracking)]
    await newRun(tracking, { experimentId: first, name: 'old', startedAt: 1000 })
    await newRun(tracking, { experimentId: second, name: 'newest', startedAt: 3000 })
    await newRun(tracking, { experimentId: first, name: 'new', startedAt: 2000 })
    assert.deepEqual(await found(tracking, { experimentIds: [first] }), ['new', 'old'])
    assert.deepEqual(await found(tracking, { experimentIds: [first, second] }), ['newest', 'new', 'old'])
    assert.deepEqual(await tracking.searchRuns({ experimentIds: [] }), { runs: [], nextPageToken: null })
    assert.deepEqual(await found(tracking, { experimentIds: ['987654321'] }), [])
  })

  specification('finds whole runs', async tracking => {
    const { id, experimentId } = await newRun(tracking, { params: { a: '1' }, tags: { b: '2' } })
    await tracking.log(id, { metrics: [point('c', 3)] })
    const { runs } = await tracking.searchRuns({ experimentIds: [experimentId] })
    assert.deepEqual(runs, [await tracking.run(id)])
  })

  specification('finds by status, name and tags, all of them together', async tracking => {
    const experimentId = await newExperiment(tracking)
    const make = async (name: string, startedAt: number, tags: Record<string, string>) =>
      (await newRun(tracking, { experimentId, name, startedAt, tags })).id
    const quoted = `it's a "name"`
    const ids = [
      await make('a', 1, { mode: 'live', 'key with space': '1' }),
      await make('b', 2, { mode: 'replay' }),
      await make('a', 3, { mode: 'live' }),
      await make(`it's`, 4, { mode: `o'clock` }),
      await make('double "quoted"', 5, {}),
    ]
    await tracking.updateRun(ids[1]!, { status: 'FAILED' })
    await tracking.updateRun(ids[2]!, { status: 'FINISHED' })
    const search = (rest: Partial<RunSearch>) => found(tracking, { experimentIds: [experimentId], ...rest })
    assert.deepEqual(await search({ status: ['FAILED', 'FINISHED'] }), ['a', 'b'])
    assert.deepEqual(await search({ status: ['KILLED'] }), [])
    assert.deepEqual(await search({ status: [] }), [])
    assert.deepEqual(await search({ name: 'a' }), ['a', 'a'])
    assert.deepEqual(await search({ name: 'A' }), [])
    assert.deepEqual(await search({ name: '%' }), [])
    assert.deepEqual(await search({ name: `it's` }), [`it's`])
    assert.deepEqual(await search({ name: 'double "quoted"' }), ['double "quoted"'])
    assert.deepEqual(await search({ name: quoted }), [])
    assert.deepEqual(await search({ tags: { mode: `o'clock` } }), [`it's`])
    assert.deepEqual(await search({ tags: { mode: 'live' } }), ['a', 'a'])
    assert.deepEqual(await search({ tags: { mode: 'live', 'key with space': '1' } }), ['a'])
    assert.deepEqual(await search({ tags: { mode: 'live' }, status: ['RUNNING'], name: 'a' }), ['a'])
    assert.deepEqual(await search({ tags: { mode: 'live' }, name: 'b' }), [])
  })

  specification('orders by the last value of a metric; NaN and none come last', async tracking => {
    const experimentId = await newExperiment(tracking)
    const values = { low: -1, high: 2, 'tied old': 1, 'tied new': 1, nan: Number.NaN, none: null }
    let startedAt = 0
    for (const [name, value] of Object.entries(values)) {
      startedAt += 1000
      const { id } = await newRun(tracking, { experimentId, name, startedAt })
      await tracking.log(id, { metrics: [point('other', startedAt)] })
      if (value !== null)
        await tracking.log(id, { metrics: [point('F1 score', 7, 1), point('F1 score', value, 2)] })
    }
    const ordered = (direction: 'ASC' | 'DESC') =>
      found(tracking, { experimentIds: [experimentId], orderBy: { metric: 'F1 score', direction } })
    assert.deepEqual(await ordered('DESC'), ['high', 'tied new', 'tied old', 'low', 'nan', 'none'])
    assert.deepEqual(await ordered('ASC'), ['low', 'tied new', 'tied old', 'high', 'nan', 'none'])
  })

  specification('selects the best run by a direction that has to be said', async tracking => {
    const experimentId = await newExperiment(tracking)
    const search = { experimentId, metric: 'loss' } as const
    assert.equal(await bestRun(tracking, { ...search, direction: 'LOWER_IS_BETTER' }), null)
    const values = {
      low: 0.1,
      'tied old': 0.5,
      'tied new': 0.5,
      nan: Number.NaN,
      none: null,
      'still running': 0,
    }
    let startedAt = 0
    for (const [name, value] of Object.entries(values)) {
      startedAt += 1000
      const { id } = await newRun(tracking, { experimentId, name, startedAt })
      if (value !== null) await tracking.log(id, { metrics: [point('loss', value)] })
      if (name !== 'still running') await tracking.updateRun(id, { status: 'FINISHED' })
    }
    const best = async (rest: Omit<BestRunSearch, 'experimentId' | 'metric'>) =>
      (await bestRun(tracking, { ...search, ...rest }))?.name
    assert.equal(await best({ direction: 'LOWER_IS_BETTER' }), 'low')
    assert.equal(await best({ direction: 'HIGHER_IS_BETTER' }), 'tied new')
    assert.equal(await best({ direction: 'LOWER_IS_BETTER', status: ['RUNNING'] }), 'still running')
    assert.equal(await best({ direction: 'HIGHER_IS_BETTER', name: 'low' }), 'low')
    assert.equal(await best({ direction: 'HIGHER_IS_BETTER', name: 'nan' }), undefined)
    assert.equal(await best({ direction: 'HIGHER_IS_BETTER', name: 'none' }), undefined)
  })

  specification('pages through all runs, none twice', async tracking => {
    const experimentId = await newExperiment(tracking)
    const made: string[] = []
    for (let i = 0; i < 7; i += 1) {
      // Two of each start, so that a page ends among equals.
      const { id } = await newRun(tracking, { experimentId, startedAt: 1000 * Math.floor(i / 2) })
      await tracking.log(id, { metrics: [point('m', i % 3)] })
      made.push(id)
    }
    for (const orderBy of [undefined, { metric: 'm', direction: 'ASC' as const }]) {
      const search: RunSearch = { experimentIds: [experimentId], limit: 3, ...(orderBy && { orderBy }) }
      const pages: string[][] = []
      let pageToken: string | null = null
      do {
        const page = await tracking.searchRuns({ ...search, ...(pageToken && { pageToken }) })
        pages.push(page.runs.map(({ id }) => id))
        pageToken = page.nextPageToken
      } while (pageToken !== null)
      assert.deepEqual(
        pages.map(({ length }) => length),
        [3, 3, 1],
      )
      assert.deepEqual(pages.flat().sort(), [...made].sort())
      const { runs } = await tracking.searchRuns({ ...search, limit: 100 })
      assert.deepEqual(
        pages.flat(),
        runs.map(({ id }) => id),
      )
    }
  })

  specification('refuses a limit or a page token that cannot be', async tracking => {
    const experimentIds = [await newExperiment(tracking)]
    for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
      await assert.rejects(tracking.searchRuns({ experimentIds, limit }), { code: 'INVALID_ARGUMENT' })
    }
    for (const pageToken of ['nonsense', 'bm9uc2Vuc2U=']) {
      await assert.rejects(tracking.searchRuns({ experimentIds, pageToken }), { code: 'INVALID_ARGUMENT' })
    }
  })
}
