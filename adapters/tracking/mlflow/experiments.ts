import { PortError } from '#ports/port-error.ts'
import type { Experiment } from '#ports/tracking.ts'
import { checkText } from '../core/check-text.ts'
import type { Http } from './http.ts'
import type { WireExperiment } from './wire.ts'

const PAGE = 1000

export const createExperiments = (http: Http) => {
  const find = async (name: string): Promise<WireExperiment | null> => {
    try {
      const path = '/experiments/get-by-name'
      return (await http.get<{ experiment: WireExperiment }>(path, { experiment_name: name })).experiment
    } catch (error) {
      if (error instanceof PortError && error.code === 'NOT_FOUND') return null
      throw error
    }
  }
  return {
    async ensureExperiment(name: string): Promise<Experiment> {
      checkText('experiment name', name, 500)
      let found = await find(name)
      if (!found) {
        // Somebody else may do the same; names are unique, so whoever comes second finds the first's.
        await http.call('POST', '/experiments/create', { name }).catch(ignoreExisting)
        found = await find(name)
      }
      if (found?.lifecycle_stage === 'deleted') {
        await http.call('POST', '/experiments/restore', { experiment_id: found.experiment_id })
      }
      if (found) return experimentOf(found)
      throw new PortError('TRACKING_REFUSED', `The experiment ${name} was created, and is not there.`)
    },

    async experiments(): Promise<Experiment[]> {
      const all: WireExperiment[] = []
      let token: string | undefined
      do {
        const page = await http.call<{ experiments?: WireExperiment[]; next_page_token?: string }>(
          'POST',
          '/experiments/search',
          { max_results: PAGE, view_type: 'ACTIVE_ONLY', page_token: token },
        )
        all.push(...(page.experiments ?? []))
        token = page.next_page_token
      } while (token)
      return all.map(experimentOf).sort((a, b) => a.createdAt - b.createdAt || Number(a.id) - Number(b.id))
    },
  }
}

const experimentOf = ({
  experiment_id: id,
  name,
  creation_time: createdAt = 0,
}: WireExperiment): Experiment => ({
  id,
  name,
  createdAt,
})

const ignoreExisting = (error: unknown): void => {
  if (error instanceof PortError && error.details['errorCode'] === 'RESOURCE_ALREADY_EXISTS') return
  throw error
}
