import { PortError } from '#ports/port-error.ts'
import type { NewRun, Run, RunChange, RunEntries } from '#ports/tracking.ts'
import { checkEntries } from '../core/check-entries.ts'
import { checkRun } from '../core/check-run.ts'
import { checkText } from '../core/check-text.ts'
import { endOf } from '../core/run-end.ts'
import { runTags } from '../core/run-tags.ts'
import { createOnce } from './create-once.ts'
import type { Http } from './http.ts'
import { logBatches } from './log-batches.ts'
import { newRequestTag } from '../core/request-tag.ts'
import { entriesOfWire, entriesToWire, runOfWire } from './run-of-wire.ts'
import { searchFilter } from './search-filter.ts'
import type { WireRun } from './wire.ts'

/** That come with the request that creates a run; the others follow, as its params do. */
const TAGS = 50

/** The run as the server has it; throws `NOT_FOUND` for one that is not there or was deleted. */
export type FetchRun = (id: string) => Promise<WireRun>

export const createFetchRun =
  (http: Http): FetchRun =>
  async id => {
    const { run } = await http.get<{ run: WireRun }>('/runs/get', { run_id: id })
    if (run.info.lifecycle_stage === 'active') return run
    throw new PortError('NOT_FOUND', `The run ${id} was deleted.`)
  }

export const createRuns = (http: Http, fetchRun: FetchRun) => ({
  async createRun(run: NewRun): Promise<Run> {
    checkRun(run)
    const { experimentId, name, startedAt = Date.now(), params = {} } = run
    if (!/^\d+$/.test(experimentId)) {
      throw new PortError('NOT_FOUND', `There is no experiment ${experimentId}.`)
    }
    const requestTag = newRequestTag()
    const tags = runTags(run)
    const wireTags = entriesToWire(tags)
    const request = {
      experiment_id: experimentId,
      run_name: name,
      start_time: startedAt,
      user_id: tags['mlflow.user'],
      tags: [...entriesToWire(requestTag), ...wireTags.slice(0, TAGS)],
    }
    const search = { experiment_ids: [experimentId], filter: searchFilter({ tags: requestTag }) }
    const created = await createOnce<WireRun>({
      create: async found =>
        (await http.call<{ run: WireRun }>('POST', '/runs/create', request, { found })).run,
      find: async () => (await http.call<{ runs?: WireRun[] }>('POST', '/runs/search', search)).runs ?? [],
      answer: run => ({ run }),
      remove: ({ info }) => http.call('POST', '/runs/delete', { run_id: info.run_id }),
    })
    const id = created.info.run_id
    const more = entriesOfWire(wireTags.slice(TAGS))
    if (Object.keys(params).length + Object.keys(more).length === 0) return runOfWire(created)
    await logBatches(http, id, { params, tags: more })
    return runOfWire(await fetchRun(id))
  },

  async updateRun(id: string, change: RunChange): Promise<Run> {
    const { status, name } = change
    if (name !== undefined) checkText('run name', name, 250)
    await fetchRun(id)
    const endedAt = endOf(change, Date.now())
    await http.call('POST', '/runs/update', {
      run_id: id,
      ...(status && { status }),
      ...(endedAt !== null && { end_time: endedAt }),
      ...(name !== undefined && { run_name: name }),
    })
    return runOfWire(await fetchRun(id))
  },

  async log(id: string, entries: RunEntries): Promise<void> {
    checkEntries(entries)
    await logBatches(http, id, entries)
  },

  async run(id: string): Promise<Run | null> {
    try {
      return runOfWire(await fetchRun(id))
    } catch (error) {
      if (error instanceof PortError && error.code === 'NOT_FOUND') return null
      throw error
    }
  },
})
