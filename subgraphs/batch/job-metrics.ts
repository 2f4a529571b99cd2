import { Gauge, type Registry } from 'prom-client'
import type { UseCase } from '#use-cases/define.ts'
import type { Jobs } from './jobs/open-jobs.ts'

/** Jobs of batch training for Prometheus. */
export function createJobMetrics({
  jobs,
  useCases,
  metrics,
}: {
  jobs: Pick<Jobs, 'list'>
  useCases: readonly UseCase[]
  metrics: Registry | undefined
}): void {
  if (!metrics) return
  const STATES = ['QUEUED', 'RUNNING', 'DONE', 'FAILED', 'STOPPED'] as const
  new Gauge({
    name: 'coelho_batch_jobs',
    help: 'Jobs of batch training that are remembered, by state; RUNNING is every state between QUEUED and the last.',
    labelNames: ['use_case', 'state'],
    registers: [metrics],
    collect() {
      for (const { id } of useCases) {
        const states = jobs.list(id).map(({ state }) => (isNamed(state) ? state : 'RUNNING'))
        for (const state of STATES)
          this.set({ use_case: id, state }, states.filter(each => each === state).length)
      }
    },
  })

  function isNamed(state: string): state is (typeof STATES)[number] {
    return (STATES as readonly string[]).includes(state)
  }
}
