import { PortError } from '#ports/port-error.ts'
import type { RunPage, RunSearch } from '#ports/tracking.ts'
import { pageSize } from '../core/page-size.ts'
import type { Http } from './http.ts'
import { runOfWire } from './run-of-wire.ts'
import { matches, searchFilter } from './search-filter.ts'
import type { WireRun } from './wire.ts'

export const createRunSearch = (http: Http) => ({
  async searchRuns(search: RunSearch): Promise<RunPage> {
    const { experimentIds, orderBy, pageToken, status } = search
    const limit = pageSize(search)
    const ids = experimentIds.filter(id => /^\d+$/.test(id))
    if (ids.length === 0 || status?.length === 0) return { runs: [], nextPageToken: null }
    try {
      const { runs = [], next_page_token: next } = await http.call<{
        runs?: WireRun[]
        next_page_token?: string
      }>('POST', '/runs/search', {
        experiment_ids: ids,
        filter: searchFilter(search),
        max_results: limit,
        run_view_type: 'ACTIVE_ONLY',
        // Equal starts are ordered by id, as MLflow does by itself.
        order_by: [
          ...(orderBy ? [`metrics.\`${orderBy.metric}\` ${orderBy.direction}`] : []),
          'attributes.start_time DESC',
        ],
        ...(pageToken !== undefined && { page_token: pageToken }),
      })
      return {
        runs: runs.map(runOfWire).filter(run => matches(search, run)),
        nextPageToken: next || null,
      }
    } catch (error) {
      if (pageToken === undefined || !(error instanceof PortError) || error.details['status'] !== 400)
        throw error
      throw new PortError(
        'INVALID_ARGUMENT',
        `The page token is none that this store has given: ${error.message}`,
        {
          cause: error,
        },
      )
    }
  },
})
